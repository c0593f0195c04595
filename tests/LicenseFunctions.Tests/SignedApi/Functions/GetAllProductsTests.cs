using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetAllProductsTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task Every_product_is_listed_signed_by_the_global_key()
    {
        var answer = await api.Host.GetAsync("/api/v1/get-all-products");

        var time = $"{api.Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss}.000000Z";
        answer.ShouldSay("global",
            "\"code\":810,\"message\":\"All products\",\"products\":["
            + $"{{\"id\":{api.Plain.Id},\"external_reference\":\"\",\"source\":\"internal\",\"name\":\"Widget\",\"post_url\":\"\",\"description\":\"A widget\","
            + $"\"status\":\"active\",\"require_non_expired\":0,\"created_at\":\"{time}\",\"updated_at\":\"{time}\",\"meta_data\":[]}},"
            + $"{{\"id\":{api.Own.Id},\"external_reference\":\"\",\"source\":\"internal\",\"name\":\"Signed widget\",\"post_url\":\"\",\"description\":\"A widget\","
            + $"\"status\":\"active\",\"require_non_expired\":0,\"created_at\":\"{time}\",\"updated_at\":\"{time}\",\"meta_data\":[]}}],"
            + $"\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task Without_products_the_list_is_empty()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/api/v1/get-all-products");

        Assert.StartsWith("{\"code\":810,\"message\":\"All products\",\"products\":[],\"timestamp\":", answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_key_may_stand_in_the_query()
    {
        var answer = await api.Host.SendAsync(new(HttpMethod.Get, $"/v1/get-all-products?api_key={api.Host.ApiKey}"), null);

        answer.ShouldBe(810, "All products");
    }

    [Fact]
    public async Task A_post_is_not_found()
    {
        var answer = await api.Host.PostAsync("/api/v1/get-all-products");

        Assert.Equal(404, answer.Status);
    }
}
