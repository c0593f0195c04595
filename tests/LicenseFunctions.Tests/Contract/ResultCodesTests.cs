using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

public sealed class ResultCodesTests
{
    /// <summary>What the contract has beside its table: messages that belong to an endpoint or a status.</summary>
    private static readonly (int Code, string Message)[] BesideTheTable =
        [(900, "Telemetry data retrieved"), (902, "No telemetry data found"), (150, "Too many requests")];

    private static IEnumerable<(int Code, string Message)> Published =>
        ContractData.SignedCodes.EnumerateArray().Select(each => (each.GetProperty("code").GetInt32(), each.GetProperty("message").GetString()!));

    [Fact]
    public void Every_published_code_is_ours_to_the_letter()
    {
        var ours = ResultCodesByNumber.All.Select(code => (code.Code, code.Message));

        Assert.Empty(Published.Except(ours));
    }

    [Fact]
    public void Every_code_of_ours_is_published()
    {
        var ours = ResultCodesByNumber.All.Select(code => (code.Code, code.Message));

        Assert.Empty(ours.Except(Published.Concat(BesideTheTable)));
    }

    [Fact]
    public void No_code_is_declared_twice()
    {
        Assert.Equal(ResultCodesByNumber.All.Count, ResultCodesByNumber.All.Select(code => (code.Code, code.Message)).Distinct().Count());
    }

    [Fact]
    public void Refused_callers_are_401_or_403_or_429_and_all_else_is_200()
    {
        foreach (var code in ResultCodesByNumber.All)
        {
            var expected = code switch
            {
                { Code: >= 100 and <= 103 } => 401,
                { Message: "Too many requests" } => 429,
                { Code: 150 } => 403,
                _ => 200,
            };
            Assert.Equal(expected, code.HttpStatus);
        }
    }

    [Fact]
    public void One_code_alone_is_a_text()
    {
        Assert.Equal(400, Assert.Single(ResultCodesByNumber.All, code => code.IsTextCode).Code);
    }
}
