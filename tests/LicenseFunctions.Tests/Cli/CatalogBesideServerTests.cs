using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary>What the command line says about products, a running server knows, on either store.</summary>
public sealed class CatalogBesideServerTests
{
    [AzuriteTheory]
    [InlineData("Embedded")]
    [InlineData("AzureTables")]
    public async Task Either_store_shows_the_server_what_was_made(string provider)
    {
        var connection = provider == "AzureTables" ? await Azurite.NewConnectionStringAsync() : null;
        using var cli = connection is null ? new CommandLine() : new(("Storage:Provider", provider), ("Storage:ConnectionString", connection));
        ITableStore store = connection is null ? await cli.OpenStoreAsync() : await Azurite.NewStoreAsync(connection);
        try
        {
            await ShouldBeKnownAsync(cli, store);
        }
        finally
        {
            if (store is IAsyncDisposable open)
                await open.DisposeAsync();
        }
    }

    private static async Task ShouldBeKnownAsync(CommandLine cli, ITableStore store)
    {
        await using var host = await ApiHost.StartAsync(store, settings: ("Downloads:Path", cli.DownloadsPath));
        var product = await host.ProductAsync();
        var license = await host.LicenseAsync(product);
        await host.ProductAsync(draft => draft with { Name = "Other" });

        await DoneAsync("product", "set", "widget", "--slug", "gadget");
        (await cli.RunAsync("product", "set", "other", "--slug", "gadget")).ShouldFail(1, "Another product has the slug gadget");
        await DoneAsync("product", "feature", "set", "gadget", "seats", "--type", "number", "--default", "5");
        await DoneAsync("license", "feature", "set", license.Key, "seats", "25");
        await DoneAsync("generator", "create", "--product", "gadget", "--method", "custom", "--prefix", "GADGET-");
        await DoneAsync("download", "add", "--product", "gadget", "--version", "1.0.2", "--file", cli.NewFile("gadget.zip", 7, "content"));
        await DoneAsync("download", "publish", "--product", "gadget", "--version", "1.0.2");

        await ShouldBeListedAsync(cli, host, product);
        var made = await host.PostAsync("/api/v1/generate", ("product_slug", "gadget"), ("quantity", "1"), ("status", "available"));
        Assert.Contains("GADGET-", made.Response.GetRawText(), StringComparison.Ordinal);
        await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        var downloads = await host.PostAsync("/api/v1/access-downloadables", ("license_key", license.Key), ("identifier", "a.example"));
        var address = Assert.Single(downloads.Response.GetProperty("downloadables").EnumerateArray()).GetProperty("url").GetString()!;
        Assert.Equal("content", await host.Http.GetStringAsync(new Uri(new Uri(address).PathAndQuery, UriKind.Relative)));
        Assert.Equal("""{"seats":25}""", (await cli.RunAsync("license", "show", license.Key, "--json")).Json.GetProperty("features").GetRawText());
        await DoneAsync("license", "feature", "remove", license.Key, "seats");
        await DoneAsync("product", "feature", "remove", "gadget", "seats");
        await DoneAsync("download", "remove", "--product", "gadget", "--version", "1.0.2");

        await DoneAsync("product", "set", "gadget", "--changelog", "off");
        await DoneAsync("webhook", "add", "--url", "https://example.com/hook", "--event", "license.created", "--secret", "a secret of some length");
        var webhook = (await cli.RunAsync("webhook", "list", "--json")).Json[0].GetProperty("id").GetString()!;
        await DoneAsync("webhook", "dead", webhook);
        await DoneAsync("webhook", "remove", webhook);
        var before = await KeyIdAsync();
        await DoneAsync("product", "key", "create", $"{product.Id}");
        Assert.NotEqual(before, await KeyIdAsync());

        async Task<string?> KeyIdAsync() => (await cli.RunAsync("product", "show", "gadget", "--json")).Json.GetProperty("signing_key_id").GetString();

        async Task DoneAsync(params string[] args)
        {
            var result = await cli.RunAsync(args);
            Assert.True(result.Code == 0, result.Error);
        }
    }

    private static async Task ShouldBeListedAsync(CommandLine cli, ApiHost host, Product product)
    {
        var listed = (await cli.RunAsync("product", "list", "--json")).Json.EnumerateArray().Select(each => each.GetProperty("uuid").GetString());
        Assert.Contains(product.Uuid, listed);
        Assert.Equal(product.Uuid, (await cli.RunAsync("product", "show", "gadget", "--json")).Json.GetProperty("uuid").GetString());
        var shown = (await host.GetAsync("/api/v1/get-product?product_slug=gadget")).Response.GetProperty("uuid").GetString();
        Assert.Equal(product.Uuid, shown);
        var generator = (await cli.RunAsync("generator", "list", "--product", "gadget", "--json")).Json[0];
        Assert.True(Guid.TryParse(generator.GetProperty("uuid").GetString(), out _));
    }
}
