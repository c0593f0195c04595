using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

public sealed class ProductCommandsTests
{
    [Fact]
    public async Task A_product_is_shown_by_number_uuid_or_slug()
    {
        using var cli = new CommandLine();
        var product = await MakeAsync(cli, "Blue <Widget>");

        foreach (var reference in new[] { $"{product.Id}", product.Uuid, product.Uuid.ToUpperInvariant(), product.Slug })
        {
            var shown = (await cli.RunAsync("product", "show", reference, "--json")).Json;
            Assert.Equal(product.Id, shown.GetProperty("id").GetInt64());
            Assert.Equal(product.Uuid, shown.GetProperty("uuid").GetString());
            Assert.Equal("blue-widget", shown.GetProperty("slug").GetString());
            Assert.Equal("Blue <Widget>", shown.GetProperty("name").GetString());
            Assert.Equal("active", shown.GetProperty("status").GetString());
            Assert.False(shown.GetProperty("require_non_expired").GetBoolean());
            Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(product.CreatedAt / 1000), shown.GetProperty("created_at").GetDateTimeOffset());
        }
    }

    [Fact]
    public async Task A_slug_that_looks_like_a_number_is_found_unless_it_is_one()
    {
        using var cli = new CommandLine();
        var product = await MakeAsync(cli, "2048");

        Assert.Equal(product.Uuid, (await cli.RunAsync("product", "show", "2048", "--json")).Json.GetProperty("uuid").GetString());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("no-such")]
    [InlineData("a/b c")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task An_unknown_product_fails(string reference)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("product", "show", reference, "--json")).ShouldFail(1, "licensectl product list shows them");
    }

    [Fact]
    public async Task The_list_has_a_line_for_each()
    {
        using var cli = new CommandLine();
        (await cli.RunAsync("product", "list")).ShouldSay("No products.");
        await MakeAsync(cli, "First");
        await MakeAsync(cli, "Second\u001b[31m");

        var text = (await cli.RunAsync("product", "list")).Output;
        var json = (await cli.RunAsync("product", "list", "--json")).Json;

        Assert.Equal(3, text.TrimEnd().Split('\n').Length);
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(["First", "Second\u001b[31m"], json.EnumerateArray().Select(each => each.GetProperty("name").GetString()));
    }

    private static async Task<Product> MakeAsync(CommandLine cli, string name)
    {
        await using var store = await cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store);
        return await host.ProductAsync(product => product with { Name = name });
    }
}
