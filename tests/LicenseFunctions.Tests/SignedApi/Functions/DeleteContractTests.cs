using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DeleteContractTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/delete-contract";

    [Fact]
    public async Task A_contract_is_deleted_once_and_its_key_is_free_again()
    {
        var contract = await api.Host.ContractAsync(api.Plain, 10);

        (await api.Host.PostAsync(Path, ("contract_id", $"{contract.Id}"))).ShouldSay("global", $"\"code\":843,\"message\":\"contract deleted\",\"timestamp\":{api.Timestamp}");
        (await api.Host.PostAsync(Path, ("contract_id", $"{contract.Id}"))).ShouldSay("global", $"\"code\":844,\"message\":\"Contract not found\",\"timestamp\":{api.Timestamp}");
        (await api.Host.PostAsync("/api/v1/create-contract", CreateContractTests.Fields(contract.Key, api.Plain.Id))).ShouldBe(841, "contract created");
    }

    [Fact]
    public async Task A_contract_may_be_named_by_its_key()
    {
        var contract = await api.Host.ContractAsync(api.Plain, 10);

        (await api.Host.PostAsync(Path, ("contract_uuid", contract.Key))).ShouldBe(843, "contract deleted");
    }

    [Fact]
    public async Task No_name_finds_no_contract() => (await api.Host.PostAsync(Path)).ShouldBe(844, "Contract not found");
}
