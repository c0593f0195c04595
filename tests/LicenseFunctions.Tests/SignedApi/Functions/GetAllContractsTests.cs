using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetAllContractsTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task Contracts_are_listed_in_the_documented_form_with_their_licenses_counted()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.GeneratorAsync(product);
        var contract = await api.Host.ContractAsync(product, 65, draft => draft with { Name = "A/B", CanDestroy = false });
        await api.Host.ContractAsync(api.Plain, 1);
        await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "3"));
        var time = $"{api.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss}.000000Z";

        var answer = await api.Host.GetAsync($"/api/v1/get-all-contracts?product_id={product.Id}");

        answer.ShouldSay("global", $$"""
            "code":846,"message":"All contracts","contracts":[{"id":{{contract.Id}},"name":"A\/B","information":"i","contract_key":"{{contract.Key}}","license_keys_quantity":65,"product_id":{{product.Id}},"can_get_info":1,"can_generate":1,"can_destroy":0,"can_destroy_all":1,"status":"active","created_at":"{{time}}","updated_at":"{{time}}","license_keys_count":3}],"timestamp":{{api.Timestamp}}
            """);
        Assert.True((await api.Host.GetAsync("/v1/get-all-contracts")).Response.GetProperty("contracts").GetArrayLength() >= 2);
    }

    [Fact]
    public async Task An_unknown_product_is_told() =>
        (await api.Host.GetAsync("/api/v1/get-all-contracts?product_id=99999"))
            .ShouldSay("global", $"\"code\":740,\"message\":\"Product doesn't exist\",\"timestamp\":{api.Timestamp}");
}
