using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

public sealed class ProductKeyCommandsTests
{
    [Fact]
    public async Task The_key_signs_what_a_running_server_says_of_the_product()
    {
        using var cli = new CommandLine();
        await using var store = await cli.OpenStoreAsync();
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await ApiHost.StartAsync(store, new LocalKeySigner(cli.KeysPath, TimeProvider.System), clock);
        var license = await host.LicenseAsync();
        var other = await host.LicenseAsync(await host.ProductAsync(product => product with { Name = "Other" }));

        var made = (await cli.RunAsync("product", "key", "create", "widget", "--json")).Json;

        // The server remembers products for five seconds at most.
        clock.Advance(TimeSpan.FromSeconds(5));
        var answer = await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        answer.ShouldBe(300, "License key activated", signedBy: $"product-{license.ProductId}");
        Assert.Equal(made.GetProperty("signing_key_id").GetString(), Assert.Single(answer.Http.Headers.GetValues("X-Signature-Key-Id")));
        Assert.NotEqual((await host.Keys.GlobalAsync(CancellationToken.None)).KeyId, made.GetProperty("signing_key_id").GetString());
        (await host.PostAsync("/api/v1/activate", ("license_key", other.Key), ("identifier", "a.example"))).ShouldBe(300, "License key activated");
    }

    [Fact]
    public async Task Making_it_twice_leaves_one_key_which_show_names()
    {
        using var cli = new CommandLine();
        var product = await cli.ProductAsync();
        var before = (await cli.RunAsync("product", "show", "1", "--json")).Json;

        var first = (await cli.RunAsync("product", "key", "create", product.Uuid, "--json")).Json;
        var second = (await cli.RunAsync("product", "key", "create", "1", "--json")).Json;
        var shown = (await cli.RunAsync("product", "show", "widget", "--json")).Json;

        Assert.Equal("global", before.GetProperty("signing_key").GetString());
        Assert.Equal("null", before.GetProperty("signing_key_id").GetRawText());
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal("product-1", shown.GetProperty("signing_key").GetString());
        Assert.Equal(first.GetProperty("signing_key_id").GetString(), shown.GetProperty("signing_key_id").GetString());
        (await cli.RunAsync("product", "key", "create", "1"))
            .ShouldSay($"Answers about product 1 ({product.Uuid}) are signed by product-1, key id {first.GetProperty("signing_key_id").GetString()}.");
    }

    [Fact]
    public async Task A_vault_keeps_the_key_as_well()
    {
        await using var vault = await FakeVault.StartAsync();
        await using var door = await FakeVaultDoor.OpenAsync(vault);
        using var cli = new CommandLine(("Signing:Provider", "KeyVault"), ("Signing:VaultUri", vault.Uri.ToString())) { Environment = door.Environment };
        await cli.ProductAsync();

        var made = (await cli.SpawnAsync("product", "key", "create", "widget", "--json")).Json;
        var shown = (await cli.SpawnAsync("product", "show", "widget", "--json")).Json;

        var key = Assert.Single(await vault.CreateSigner().ListAsync("product-1", CancellationToken.None));
        Assert.Equal(("product-1", key.KeyId), (key.Name, made.GetProperty("signing_key_id").GetString()));
        Assert.Equal(key.KeyId, shown.GetProperty("signing_key_id").GetString());
    }

    [Fact]
    public async Task Keys_that_cannot_be_read_fail_the_making_but_not_the_showing()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();
        foreach (var name in (string[])["global", "product-1"])
        {
            Directory.CreateDirectory(Path.Combine(cli.KeysPath, name));
            await File.WriteAllTextAsync(Path.Combine(cli.KeysPath, name, "20260101T000000000Z.pem"), "damaged");
        }

        (await cli.RunAsync("product", "key", "create", "1", "--json")).ShouldFail(1, "The signing keys cannot be reached");
        Assert.Equal("null", (await cli.RunAsync("product", "show", "1", "--json")).Json.GetProperty("signing_key_id").GetRawText());
        Assert.Contains("cannot be reached", (await cli.RunAsync("product", "show", "1")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_product_gets_no_key()
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("product", "key", "create", "7", "--json")).ShouldFail(1, "licensectl product list shows them");
        Assert.False(Directory.Exists(Path.Combine(cli.KeysPath, "product-7")));
    }
}
