using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests;

public sealed class RoomsTests
{
    /// <summary>
    /// A limit's row is handed from its early read to its charge, a recorded answer from its license to who reads it: both
    /// are nothing but passed on.
    /// </summary>
    private static readonly string[] PassedOn = ["SignedApi.SignedCallers knows Storage.Row", "SignedApi.SignedApiGate knows Storage.RowValues"];

    [Fact]
    public void No_room_knows_what_it_must_not()
    {
        var violations = new RoomLaws("LicenseFunctions").Violations(typeof(ITableStore).Assembly).Distinct();

        Assert.Empty(violations.Except(PassedOn));
    }

    /// <summary>The rooms under <c>Planted</c> break the laws on purpose, each in another way.</summary>
    [Fact]
    public void A_planted_violation_is_found()
    {
        var violations = new RoomLaws("LicenseFunctions.Tests.Planted").Violations(typeof(RoomsTests).Assembly).Distinct();

        Assert.Equal(
            [
                "DomainApi.CallsAnother knows SignedApi.Innocent",
                "Licensing.CatchesHttp knows System.Net.Http.HttpRequestException",
                "Licensing.KnowsSqlite knows Storage.Sqlite.Planted",
                "SignedApi.AwaitsStorage knows Storage.PlantedStore",
                "Storage.HoldsAzure knows Azure.RequestFailedException",
            ],
            violations);
    }
}
