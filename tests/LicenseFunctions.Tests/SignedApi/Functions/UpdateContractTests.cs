using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class UpdateContractTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/update-contract";

    [Fact]
    public async Task A_contract_is_changed_and_answered_in_the_documented_form()
    {
        var contract = await api.Host.ContractAsync(api.Plain, 10);
        var created = $"{api.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss}.000000Z";
        api.Clock.Advance(TimeSpan.FromSeconds(61));

        var answer = await api.Host.PostAsync(Path, [("contract_id", $"{contract.Id}"), .. CreateContractTests.Fields("changed", api.Own.Id)]);

        answer.ShouldSay("global", $$"""
            "code":842,"message":"contract updated","contract":{"id":{{contract.Id}},"name":"Test Contract","information":"Test\/information","contract_key":"changed","license_keys_quantity":"65","product_id":"{{api.Own.Id}}","can_get_info":"1","can_generate":"1","can_destroy":"0","can_destroy_all":"1","status":"active","created_at":"{{created}}","updated_at":"{{api.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss}}.000000Z","license_keys_count":0},"timestamp":{{api.Timestamp}}
            """);
        (await api.Host.GetAsync($"/api/v1/contracts/get-info?contract_uuid={contract.Key}")).ShouldBe(1200, "Contract not found");
        (await api.Host.GetAsync("/api/v1/contracts/get-info?contract_uuid=changed")).ShouldBe(1204, "Contract found");
    }

    [Fact]
    public async Task Every_field_is_wanted()
    {
        var contract = await api.Host.ContractAsync(api.Plain, 10);

        var answer = await api.Host.PostAsync(Path, ("contract_id", $"{contract.Id}"));

        answer.ShouldSay("global", $"\"code\":825,\"message\":\"Incorrect data found\",{CreateContractTests.AllErrors},\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task The_key_of_another_contract_is_refused_and_its_own_is_not()
    {
        var (contract, other) = (await api.Host.ContractAsync(api.Plain, 10), await api.Host.ContractAsync(api.Plain, 10));

        var taken = await api.Host.PostAsync(Path, [("contract_id", $"{contract.Id}"), .. CreateContractTests.Fields(other.Key, api.Plain.Id)]);
        var own = await api.Host.PostAsync(Path, [("contract_uuid", contract.Key), .. CreateContractTests.Fields(contract.Key, api.Plain.Id)]);

        taken.ShouldBe(825, "Incorrect data found");
        Assert.Equal("contract_key", taken.Response.GetProperty("errors").Names());
        own.ShouldBe(842, "contract updated");
    }

    [Fact]
    public async Task An_unknown_contract_has_a_code_of_its_own()
    {
        var answer = await api.Host.PostAsync(Path, [("contract_id", "99999"), .. CreateContractTests.Fields("nobody", api.Plain.Id)]);

        answer.ShouldBe(844, "Contract not found");
    }
}
