using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetAllGeneratorsTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task Generators_are_listed_in_the_documented_form_under_the_name_of_products()
    {
        var product = await api.Host.ProductAsync();
        var first = await api.Host.GeneratorAsync(product, draft => draft with { ValidityDays = 365 });
        var second = await api.Host.GeneratorAsync(product, draft => draft with { Method = GeneratorMethod.ChunkSystem, Prefix = "A/", IsActive = false });
        var time = $"{api.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss}.000000Z";

        var answer = await api.Host.GetAsync($"/api/v1/get-all-generators?product_id={product.Id}");

        answer.ShouldSay("global", $$"""
            "code":820,"message":"All generators","products":[{"id":{{first.Id}},"product_id":{{product.Id}},"method":"uuid","prefix":"","suffix":"","function_name":"","number_of_chunks":4,"chunk_length":4,"activation_limit":1,"validity":365,"status":1,"charset":"0123456789ABCDEF","created_at":"{{time}}","updated_at":"{{time}}"},{"id":{{second.Id}},"product_id":{{product.Id}},"method":"chunk-system","prefix":"A\/","suffix":"","function_name":"","number_of_chunks":4,"chunk_length":4,"activation_limit":1,"validity":0,"status":0,"charset":"0123456789ABCDEF","created_at":"{{time}}","updated_at":"{{time}}"}],"timestamp":{{api.Timestamp}}
            """);
    }

    [Fact]
    public async Task A_product_finds_its_own_alone()
    {
        var (product, other) = (await api.Host.ProductAsync(), await api.Host.ProductAsync());
        var generator = await api.Host.GeneratorAsync(product);
        await api.Host.GeneratorAsync(other);

        var answer = await api.Host.GetAsync($"/v1/get-all-generators?product_uuid={product.Uuid}");
        var all = await api.Host.GetAsync("/api/v1/get-all-generators");
        var blank = await api.Host.GetAsync("/api/v1/get-all-generators?product_id=&product_uuid=");

        Assert.Equal(generator.Id, Assert.Single(answer.Response.GetProperty("products").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.True(all.Response.GetProperty("products").GetArrayLength() >= 2);
        Assert.Equal(all.Response.GetRawText(), blank.Response.GetRawText());
    }

    [Fact]
    public async Task An_unknown_product_has_none()
    {
        await api.Host.GeneratorAsync(await api.Host.ProductAsync());

        var answer = await api.Host.GetAsync("/api/v1/get-all-generators?product_id=99999");

        answer.ShouldSay("global", $"\"code\":820,\"message\":\"All generators\",\"products\":[],\"timestamp\":{api.Timestamp}");
    }
}
