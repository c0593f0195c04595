using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

public sealed class FeatureCommandsTests
{
    [Fact]
    public async Task Features_of_a_product_are_set_changed_listed_and_removed()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();

        var set = await cli.RunAsync("product", "feature", "set", "widget", "seats", "--type", "number", "--default", "-5", "--label", "Seats", "--json");
        await cli.RunAsync("product", "feature", "set", "widget", "export", "--type", "boolean", "--default", "1");
        await cli.RunAsync("product", "feature", "set", "widget", "seats", "--type", "text", "--default", "");

        Assert.Equal("""{"key":"seats","label":"Seats","type":"number","default":-5}""", set.Json.GetRawText());
        Assert.Equal(
            """[{"key":"seats","label":"Seats","type":"text","default":""},{"key":"export","label":"export","type":"boolean","default":true}]""",
            (await cli.RunAsync("product", "feature", "list", "1", "--json")).Json.GetRawText());
        (await cli.RunAsync("product", "feature", "remove", "1", "export")).ShouldSay("Product 1 has the feature export no longer.");
        (await cli.RunAsync("product", "feature", "remove", "1", "export")).ShouldFail(1, "licensectl product feature list 1");
        Assert.Equal(1, (await cli.RunAsync("product", "feature", "list", "1", "--json")).Json.GetArrayLength());
    }

    [Theory]
    [InlineData("a boolean is true or false", "f", "--type", "boolean", "--default", "perhaps")]
    [InlineData("a number is a whole one", "f", "--type", "number", "--default", "1.5")]
    [InlineData("'date' not recognized", "f", "--type", "date", "--default", "1")]
    [InlineData("'--default' is required", "f", "--type", "text")]
    [InlineData("A feature's key is a line", "", "--type", "text", "--default", "x")]
    public async Task A_feature_that_makes_no_sense_is_a_wrong_call(string because, params string[] args)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync(["product", "feature", "set", "1", .. args])).ShouldFail(2, because);
    }

    [Fact]
    public async Task An_unknown_product_has_no_features()
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("product", "feature", "list", "7")).ShouldFail(1, "licensectl product list");
        (await cli.RunAsync("product", "feature", "set", "7", "f", "--type", "text", "--default", "x")).ShouldFail(1, "licensectl product list");
        (await cli.RunAsync("product", "feature", "remove", "7", "f")).ShouldFail(1, "licensectl product list");
    }

    [Fact]
    public async Task A_license_has_a_value_of_its_own_until_it_is_removed()
    {
        using var cli = new CommandLine();
        var license = await LicensedAsync(cli);

        var set = await cli.RunAsync("license", "feature", "set", license.Key, "seats", "25", "--json");
        var shown = (await cli.RunAsync("license", "show", license.Key, "--json")).Json;
        var removed = await cli.RunAsync("license", "feature", "remove", license.Key, "seats", "--json");

        Assert.Equal($$"""{"license_key":"{{license.Key}}","feature":"seats","value":25,"own":true}""", set.Json.GetRawText());
        Assert.Equal("""{"seats":25}""", shown.GetProperty("features").GetRawText());
        Assert.Equal($$"""{"license_key":"{{license.Key}}","feature":"seats","value":5,"own":false}""", removed.Json.GetRawText());
        (await cli.RunAsync("license", "feature", "remove", license.Key, "seats")).ShouldFail(1, "no value of its own");
        (await cli.RunAsync("license", "feature", "set", license.Key, "seats", "0")).ShouldSay($"License {license.Key} has seats = \"0\".");
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_refused()
    {
        using var cli = new CommandLine();
        var license = await LicensedAsync(cli);

        (await cli.RunAsync("license", "feature", "set", license.Key, "seats", "many", "--json")).ShouldFail(1, "a number is a whole one");
        (await cli.RunAsync("license", "feature", "set", license.Key, "colour", "red", "--json")).ShouldFail(1, "licensectl product feature list 1");
        (await cli.RunAsync("license", "feature", "set", "LIC-NOT-HERE", "seats", "1", "--json")).ShouldFail(1, "There is no license with this key");
        (await cli.RunAsync("license", "feature", "remove", "LIC-NOT-HERE", "seats", "--json")).ShouldFail(1, "There is no license with this key");
        Assert.Equal("""{"seats":5}""", (await cli.RunAsync("license", "show", license.Key, "--json")).Json.GetProperty("features").GetRawText());
    }

    private static async Task<License> LicensedAsync(CommandLine cli)
    {
        await using var store = await cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store);
        var license = await host.LicenseAsync();
        Assert.Equal(0, (await cli.RunAsync("product", "feature", "set", "widget", "seats", "--type", "number", "--default", "5")).Code);
        return license;
    }
}
