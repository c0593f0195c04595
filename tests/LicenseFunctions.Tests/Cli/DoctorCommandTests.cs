using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Cli;

public sealed class DoctorCommandTests
{
    [Fact]
    public async Task A_store_in_order_is_called_so()
    {
        using var cli = new CommandLine();
        await cli.RunAsync("product", "key", "create", (await cli.ProductAsync()).Slug);

        var result = await cli.RunAsync("doctor");

        Assert.Equal(0, result.Code);
        Assert.EndsWith("nothing is wrong.", result.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_one_line_each_and_exit_code_1_until_it_is_mended()
    {
        using var cli = new CommandLine();
        var product = await cli.ProductAsync();
        await cli.RunAsync("product", "key", "create", product.Slug);
        await SpoilAsync(cli, product);

        var found = await cli.RunAsync("doctor");
        var document = await cli.RunAsync("doctor", "--json");
        var mended = await cli.RunAsync("doctor", "--repair");
        var after = await cli.RunAsync("doctor", "--json");

        Assert.Equal((1, 2), (found.Code, found.Output.TrimEnd().Split('\n').Length));
        Assert.StartsWith("catalog: slug.lost: ", found.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 findings, 0 mended, 1 remain.", found.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(1, document.Code);
        Assert.Contains("\"findings\":[{\"check\":\"catalog\"", document.Output, StringComparison.Ordinal);
        Assert.Equal(0, mended.Code);
        Assert.Contains("(mended)", mended.Output, StringComparison.Ordinal);
        Assert.Equal(0, after.Json.GetProperty("found").GetInt32());
    }

    private static async Task SpoilAsync(CommandLine cli, Product product)
    {
        await using var store = await cli.OpenStoreAsync();
        await store.CommitAsync(
            TableNames.Catalog, ProductRows.Partition, [RowChange.Insert("slug.lost", new() { ["schema"] = 1, ["id"] = product.Id })], default);
    }
}
