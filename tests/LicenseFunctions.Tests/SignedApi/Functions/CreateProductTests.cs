using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class CreateProductTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/create-product";

    [Fact]
    public async Task A_product_is_created_with_the_next_number()
    {
        var first = await api.Host.PostAsync(Path, ("name", "Next"), ("description", "d"));
        var id = first.Response.GetProperty("product_id").GetInt64();

        var answer = await api.Host.PostAsync(
            Path, ("source", "internal"), ("name", "API Create Product"), ("description", "API create product"), ("require_non_expired", "1"),
            ("external_reference", ""), ("status", "active"));

        answer.ShouldSay("global", $"\"code\":750,\"message\":\"Product created\",\"product_id\":{id + 1},\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task Every_field_is_kept()
    {
        await api.Host.PostAsync(
            Path, ("source", "envato"), ("name", "Kept / ü"), ("description", "line\none"), ("require_non_expired", "1"),
            ("external_reference", "ref-1"), ("status", "inactive"));

        var list = await api.Host.GetAsync("/api/v1/get-all-products");

        Assert.Contains(
            "\"external_reference\":\"ref-1\",\"source\":\"envato\",\"name\":\"Kept \\/ \\u00fc\",\"post_url\":\"\",\"description\":\"line\\none\","
            + "\"status\":\"inactive\",\"require_non_expired\":1,", list.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_out_is_internal_active_and_may_expire()
    {
        await api.Host.PostAsync(Path, ("name", "Short"), ("description", "d"));

        var list = await api.Host.GetAsync("/api/v1/get-all-products");

        Assert.Contains(
            "\"external_reference\":\"\",\"source\":\"internal\",\"name\":\"Short\",\"post_url\":\"\",\"description\":\"d\","
            + "\"status\":\"active\",\"require_non_expired\":0,", list.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_fields_it_is_incorrect_data()
    {
        var answer = await api.Host.PostAsync(Path);

        answer.ShouldSay("global",
            "\"code\":751,\"message\":\"Incorrect data found\",\"errors\":{\"name\":[\"The name field is required.\"],"
            + $"\"description\":[\"The description field is required.\"]}},\"timestamp\":{api.Timestamp}");
    }

    [Theory]
    [InlineData("\"status\":\"sold\"", "status", "The selected status is invalid.")]
    [InlineData("\"status\":\"\"", "status", "The selected status is invalid.")]
    [InlineData("\"source\":\"elsewhere\"", "source", "The selected source is invalid.")]
    [InlineData("\"require_non_expired\":2", "require_non_expired", "The selected require non expired is invalid.")]
    [InlineData("\"require_non_expired\":\"maybe\"", "require_non_expired", "The selected require non expired is invalid.")]
    [InlineData("\"name\":[\"x\"]", "name", "The name field is required.")]
    [InlineData("\"name\":null", "name", "The name field is required.")]
    [InlineData("\"name\":\"  \"", "name", "The name field is required.")]
    [InlineData("\"description\":{}", "description", "The description field is required.")]
    [InlineData("\"external_reference\":[\"x\"]", "external_reference", "The external reference field must be a string.")]
    public async Task A_wrong_field_is_incorrect_data_and_nothing_is_made(string json, string field, string message)
    {
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostJsonAsync(Path, $$"""{"name":"n","description":"d",{{json}}}""");

        answer.ShouldSay("global",
            $"\"code\":751,\"message\":\"Incorrect data found\",\"errors\":{{\"{field}\":[\"{message}\"]}},\"timestamp\":{api.Timestamp}");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Theory]
    [InlineData("name", 255)]
    [InlineData("description", 10_000)]
    [InlineData("external_reference", 255)]
    public async Task A_text_has_its_longest(string field, int longest)
    {
        var fits = await api.Host.PostAsync(Path, ("name", "n"), ("description", "d"), (field, new string('x', longest)));
        var tooLong = await api.Host.PostAsync(Path, ("name", "n"), ("description", "d"), (field, new string('x', longest + 1)));
        var farTooLong = await api.Host.PostAsync(Path, ("name", "n"), ("description", "d"), (field, new string('x', 60_000)));

        fits.ShouldBe(750, "Product created");
        tooLong.ShouldBe(751, "Incorrect data found");
        farTooLong.ShouldBe(751, "Incorrect data found");
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    [InlineData("\"true\"", 1)]
    [InlineData("\"1\"", 1)]
    [InlineData("0", 0)]
    public async Task A_truth_value_may_be_written_in_several_ways(string json, int flag)
    {
        var name = $"truth {Guid.NewGuid()}";
        await api.Host.PostJsonAsync(Path, $$"""{"name":"{{name}}","description":"d","require_non_expired":{{json}}}""");

        var list = await api.Host.GetAsync("/api/v1/get-all-products");

        var product = list.Response.GetProperty("products").EnumerateArray().Single(each => each.GetProperty("name").GetString() == name);
        Assert.Equal(flag, product.GetProperty("require_non_expired").GetInt32());
    }
}
