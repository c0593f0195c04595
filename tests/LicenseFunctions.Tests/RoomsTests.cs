using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests;

public sealed class RoomsTests
{
    /// <summary>A limit's row is handed from its early read to its charge through the caller; it is nothing but passed on.</summary>
    private const string PassesOn = "SignedApi.SignedCallers knows Storage.Row";

    [Fact]
    public void No_room_knows_what_it_must_not()
    {
        var violations = new RoomLaws("LicenseFunctions").Violations(typeof(ITableStore).Assembly).Distinct();

        Assert.Empty(violations.Except([PassesOn]));
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
