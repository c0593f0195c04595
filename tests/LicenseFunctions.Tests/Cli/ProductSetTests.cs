namespace LicenseFunctions.Tests.Cli;

public sealed class ProductSetTests
{
    [Fact]
    public async Task A_slug_moves_and_the_former_one_is_free_again()
    {
        using var cli = new CommandLine();
        var product = await cli.ProductAsync();

        var changed = (await cli.RunAsync("product", "set", "widget", "--slug", "blue-widget", "--json")).Json;

        Assert.Equal("blue-widget", changed.GetProperty("slug").GetString());
        Assert.Equal("on", changed.GetProperty("changelog").GetString());
        Assert.Equal(product.Uuid, (await cli.RunAsync("product", "show", "blue-widget", "--json")).Json.GetProperty("uuid").GetString());
        (await cli.RunAsync("product", "show", "widget")).ShouldFail(1, "No product has this number, uuid or slug");
        Assert.Equal("widget", (await cli.ProductAsync()).Slug);
    }

    [Fact]
    public async Task A_slug_of_another_product_is_refused_and_nothing_changes()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync("First");
        await cli.ProductAsync("Second");

        (await cli.RunAsync("product", "set", "second", "--slug", "first", "--changelog", "off", "--json")).ShouldFail(1, "Another product has the slug first");

        var shown = (await cli.RunAsync("product", "show", "second", "--json")).Json;
        Assert.Equal("on", shown.GetProperty("changelog").GetString());
        (await cli.RunAsync("product", "set", "second", "--slug", "second")).ShouldSay("Product 2 has the slug second, and its changelog is on.");
    }

    [Fact]
    public async Task The_changelog_is_switched_off_and_on()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();

        (await cli.RunAsync("product", "set", "1", "--changelog", "off")).ShouldSay("Product 1 has the slug widget, and its changelog is off.");
        Assert.Equal("off", (await cli.RunAsync("product", "show", "1", "--json")).Json.GetProperty("changelog").GetString());
        Assert.Equal("on", (await cli.RunAsync("product", "set", "1", "--changelog", "on", "--json")).Json.GetProperty("changelog").GetString());
    }

    [Theory]
    [InlineData("Say what: --slug, --changelog or both.")]
    [InlineData("--slug has 1 to 80 characters", "--slug", "Blue Widget")]
    [InlineData("--slug has 1 to 80 characters", "--slug", "-blue")]
    [InlineData("--slug has 1 to 80 characters", "--slug", "")]
    [InlineData("'maybe' not recognized", "--changelog", "maybe")]
    public async Task A_change_that_makes_no_sense_is_a_wrong_call(string because, params string[] args)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync(["product", "set", "1", .. args])).ShouldFail(2, because);
    }

    [Fact]
    public async Task An_unknown_product_is_not_changed()
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("product", "set", "7", "--slug", "seven")).ShouldFail(1, "licensectl product list shows them");
    }
}
