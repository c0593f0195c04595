using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class UpdateProductTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/update-product";

    [Fact]
    public async Task A_product_changes_signed_by_the_global_key()
    {
        var product = await api.Host.ProductAsync(draft => draft with { SigningKeyName = SharedApi.OwnKey });

        var answer = await api.Host.PostAsync(
            Path, ("product_id", $"{product.Id}"), ("source", "envato"), ("name", "Renamed"), ("description", "Test Update"),
            ("require_non_expired", "1"), ("external_reference", "r"), ("status", "inactive"));

        answer.ShouldSay("global", $"\"code\":650,\"message\":\"Product updated\",\"timestamp\":{api.Timestamp}");
        Assert.Contains(
            $"{{\"id\":{product.Id},\"external_reference\":\"r\",\"source\":\"envato\",\"name\":\"Renamed\",\"post_url\":\"\",\"description\":\"Test Update\","
            + "\"status\":\"inactive\",\"require_non_expired\":1,", await ListAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_fields_sent_change_and_the_product_may_be_named_by_its_uuid()
    {
        var product = await api.Host.ProductAsync(draft => draft with { ExternalReference = "kept", RequiresNonExpired = true });

        var answer = await api.Host.PostAsync(Path, ("product_uuid", product.Uuid), ("name", "Renamed"));

        answer.ShouldBe(650, "Product updated");
        Assert.Contains(
            $"{{\"id\":{product.Id},\"external_reference\":\"kept\",\"source\":\"internal\",\"name\":\"Renamed\",\"post_url\":\"\",\"description\":\"A widget\","
            + "\"status\":\"active\",\"require_non_expired\":1,", await ListAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_of_the_change_is_shown()
    {
        var product = await api.Host.ProductAsync();
        var created = api.Clock.GetUtcNow();
        api.Clock.Advance(TimeSpan.FromMinutes(1));

        await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"), ("name", "Later"));

        Assert.Contains(
            $"\"created_at\":\"{created:yyyy-MM-ddTHH:mm:ss}.000000Z\",\"updated_at\":\"{api.Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss}.000000Z\"",
            await ListAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switching_a_product_off_and_on_holds_at_once()
    {
        var product = await api.Host.ProductAsync();
        var license = await api.Host.LicenseAsync(product);
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"), ("status", "inactive"));
        var off = await api.CallAsync("verify", license, ("identifier", "a.example"));
        await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"), ("status", "active"));
        var on = await api.CallAsync("verify", license, ("identifier", "a.example"));

        off.ShouldBe(203, "The product associated with this license key is not active or doesn't exist");
        on.ShouldBe(200, "Valid license key");
    }

    [Theory]
    [InlineData("product_id", "999999")]
    [InlineData("product_id", "x")]
    [InlineData("product_id", "")]
    [InlineData("product_uuid", "11111111-1111-4111-8111-111111111111")]
    [InlineData("product_uuid", "/#?\\")]
    public async Task An_unknown_product_is_invalid(string field, string value)
    {
        var answer = await api.Host.PostAsync(Path, (field, value), ("name", ""));

        answer.ShouldSay("global",
            "\"code\":651,\"message\":\"Incorrect data found\",\"errors\":{\"product_id\":[\"The selected product id is invalid.\"]},"
            + $"\"timestamp\":{api.Timestamp}");
    }

    [Theory]
    [InlineData("\"name\":\"\"", "name", "The name field is required.")]
    [InlineData("\"description\":null", "description", "The description field is required.")]
    [InlineData("\"status\":\"sold\"", "status", "The selected status is invalid.")]
    [InlineData("\"source\":[]", "source", "The selected source is invalid.")]
    [InlineData("\"require_non_expired\":{}", "require_non_expired", "The selected require non expired is invalid.")]
    [InlineData("\"external_reference\":{}", "external_reference", "The external reference field must be a string.")]
    public async Task A_wrong_field_is_incorrect_data_and_nothing_changes(string json, string field, string message)
    {
        var product = await api.Host.ProductAsync();
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostJsonAsync(Path, $$"""{"product_id":{{product.Id}},"source":"envato",{{json}}}""");

        answer.ShouldSay("global",
            $"\"code\":651,\"message\":\"Incorrect data found\",\"errors\":{{\"{field}\":[\"{message}\"]}},\"timestamp\":{api.Timestamp}");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    private async Task<string> ListAsync() => (await api.Host.GetAsync("/api/v1/get-all-products")).Decoded();
}
