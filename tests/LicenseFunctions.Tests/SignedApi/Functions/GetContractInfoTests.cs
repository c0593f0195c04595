using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetContractInfoTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task A_contract_is_shown_as_the_list_has_it()
    {
        var contract = await api.Host.ContractAsync(api.Plain, 7);

        var answer = await api.Host.GetAsync($"/api/v1/contracts/get-info?contract_uuid={contract.Key}");
        var list = await api.Host.GetAsync("/api/v1/get-all-contracts");

        answer.ShouldBe(1204, "Contract found");
        Assert.Contains(
            list.Response.GetProperty("contracts").EnumerateArray(),
            listed => listed.GetRawText() == answer.Response.GetProperty("contract").GetRawText());
    }

    [Fact]
    public async Task An_inactive_contract_or_one_without_the_permission_shows_nothing()
    {
        var inactive = await api.Host.ContractAsync(api.Plain, 7, draft => draft with { IsActive = false });
        var closed = await api.Host.ContractAsync(api.Plain, 7, draft => draft with { CanGetInfo = false });

        foreach (var contract in new[] { inactive, closed })
        {
            (await api.Host.GetAsync($"/api/v1/contracts/get-info?contract_uuid={contract.Key}"))
                .ShouldBe(102, "The used API key doesn't have the required capability to access this endpoint", status: 401);
        }
    }

    [Fact]
    public async Task An_unknown_contract_is_not_found() =>
        (await api.Host.GetAsync("/api/v1/contracts/get-info?contract_uuid=nobody")).ShouldBe(1200, "Contract not found");
}
