using System.Runtime.Versioning;
using System.Security.Cryptography;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

[UnsupportedOSPlatform("windows")]
public sealed class SigningKeyCommandsTests : IDisposable
{
    private static readonly Lazy<string> Pem = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportRSAPrivateKeyPem();
    });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_rotation_is_told_in_plain_words_step_by_step()
    {
        using var cli = new CommandLine();
        var old = await new LocalKeySigner(cli.KeysPath, TimeProvider.System).CreateAsync("global", default);

        var announced = await cli.RunAsync("signing-key", "announce", "global");
        var again = (await cli.RunAsync("signing-key", "announce", "global", "--json")).Json;
        var rotated = await cli.RunAsync("signing-key", "rotate", "global");
        var listed = (await cli.RunAsync("signing-key", "list", "--json")).Json.EnumerateArray().ToArray();
        var table = (await cli.RunAsync("signing-key", "list")).Output;

        var kid = again.GetProperty("kid").GetString();
        Assert.Matches($@"^Key {kid} is announced: it is in the key set and signs nothing yet. licensectl signing-key rotate global has it sign, from \S+Z on at the earliest.\s*$", announced.Output);
        Assert.False(again.GetProperty("changed").GetBoolean());
        Assert.Matches($@"^Key {kid} signs from \S+Z on, on all servers at once\.", rotated.Output);
        Assert.Equal([("current", old.KeyId), ("announced", kid)], listed.Select(each => (each.GetProperty("state").GetString()!, each.GetProperty("kid").GetString())));
        Assert.Equal(listed[0].GetProperty("signs_until").GetString(), listed[1].GetProperty("signs_from").GetString());
        Assert.Equal("RS256, RSA 2048", listed[1].GetProperty("algorithm").GetString());
        Assert.Matches(@"^NAME\s+STATE\s+KID\s+SIGNS FROM\s+SIGNS UNTIL\s+CREATED AT\s+ALGORITHM\s+VERSION", table);
    }

    [AzuriteTheory]
    [InlineData("Embedded")]
    [InlineData("AzureTables")]
    public async Task A_leaked_key_is_gone_in_two_commands(string provider)
    {
        using var cli = provider == "Embedded" ? new CommandLine()
            : new(("Storage:Provider", provider), ("Storage:ConnectionString", await Azurite.NewConnectionStringAsync()));
        var leaked = await new LocalKeySigner(cli.KeysPath, TimeProvider.System).CreateAsync("global", default);

        var rotated = await cli.RunAsync("signing-key", "rotate", "global", "--now");
        (await cli.RunAsync("signing-key", "retire", "global")).ShouldFail(1, "may still be young (Signing__RetireAfter): it may be retired from");
        var retired = await cli.RunAsync("signing-key", "retire", "global", "--force");

        Assert.Contains("running servers follow within 10 seconds", rotated.Output, StringComparison.Ordinal);
        retired.ShouldSay($"Key {leaked.KeyId} is retired: no longer in the key set, and disabled. It is not destroyed.");
        Assert.Equal(["current", "retired"], (await cli.RunAsync("signing-key", "list", "--json")).Json.EnumerateArray().Select(each => each.GetProperty("state").GetString()));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(cli.KeysPath, "global"), "*.retired"));
    }

    [Fact]
    public async Task Api_keys_are_pinned_and_let_go()
    {
        using var cli = new CommandLine();
        var old = await new LocalKeySigner(cli.KeysPath, TimeProvider.System).CreateAsync("global", default);
        var id = (await cli.RunAsync("api-key", "create", "--name", "app", "--all", "--json")).Json.GetProperty("id").GetString()!;

        (await cli.RunAsync("api-key", "set", id, "--signing-key", old.KeyId)).ShouldSay($"Answers to API key {id} (app) that global signs are signed with {old.KeyId}.");
        (await cli.RunAsync("api-key", "set", id, "--signing-key", "no-such")).ShouldFail(1, "licensectl signing-key list shows them");
        var rotated = (await cli.RunAsync("signing-key", "rotate", "global", "--now", "--keep-existing", "--json")).Json;
        (await cli.RunAsync("signing-key", "retire", "global", "--force")).ShouldFail(1, $"API keys are pinned to Key {old.KeyId}: {id}.");
        await cli.RunAsync("api-key", "set", id, "--signing-key", rotated.GetProperty("kid").GetString()!);
        var moved = (await cli.RunAsync("api-key", "show", id, "--json")).Json;
        (await cli.RunAsync("api-key", "set", id, "--signing-key", "none")).ShouldSay($"Answers to API key {id} (app) are signed by whichever key signs.");

        Assert.Equal(id, Assert.Single(rotated.GetProperty("pinned_api_keys").EnumerateArray()).GetString());
        Assert.Equal(rotated.GetProperty("kid").GetString(), Assert.Single(moved.GetProperty("signing_keys").EnumerateArray()).GetString());
        Assert.Equal(0, (await cli.RunAsync("signing-key", "retire", "global", "--force")).Code);
    }

    [Theory]
    [InlineData("PKCS#1")]
    [InlineData("PKCS#8")]
    public async Task A_key_from_the_field_signs_what_the_server_answers(string form)
    {
        using var cli = new CommandLine();
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Pem.Value);
        var file = Write(form == "PKCS#1" ? Pem.Value : rsa.ExportPkcs8PrivateKeyPem());

        var imported = await cli.RunAsync("signing-key", "import", "global", "--pem", file, "--json");

        Assert.NotEqual("null", imported.Json.GetProperty("signs_from").GetRawText());
        Assert.DoesNotContain("PRIVATE", imported.Output + imported.Error, StringComparison.Ordinal);
        await using var store = await cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store, new LocalKeySigner(cli.KeysPath, TimeProvider.System));
        var license = await host.LicenseAsync();
        (await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"))).ShouldBe(300, "License key activated");
        Assert.Equal(rsa.ExportParameters(false).Modulus, Assert.Single(await host.Keys.AllAsync(default)).Modulus);
        var again = await cli.RunAsync("signing-key", "import", "global", "--pem", file);
        Assert.Contains("is there already", again.Output, StringComparison.Ordinal);
        var key = Assert.Single(Directory.EnumerateFiles(Path.Combine(cli.KeysPath, "global")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Fact]
    public async Task A_vault_takes_a_key_over_rotates_and_disables_it()
    {
        await using var vault = await FakeVault.StartAsync();
        await using var door = await FakeVaultDoor.OpenAsync(vault);
        using var cli = new CommandLine(("Signing:Provider", "KeyVault"), ("Signing:VaultUri", vault.Uri.ToString())) { Environment = door.Environment };

        var imported = (await cli.SpawnAsync("signing-key", "import", "global", "--pem", Write(Pem.Value), "--json")).Json;
        var rotated = (await cli.SpawnAsync("signing-key", "rotate", "global", "--now", "--json")).Json;
        var retired = (await cli.SpawnAsync("signing-key", "retire", "global", "--force", "--json")).Json;

        Assert.Equal(imported.GetProperty("kid").GetString(), retired.GetProperty("kid").GetString());
        Assert.Equal(rotated.GetProperty("kid").GetString(), Assert.Single(await vault.CreateSigner().ListAsync("global", default)).KeyId);
        Assert.Contains("PUT /keys/global", vault.Requests);
        Assert.DoesNotContain("GET /keys", vault.Requests);
        Assert.DoesNotContain(vault.Requests, request => request.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_no_such_key_is_refused_in_one_line_that_shows_nothing_of_it()
    {
        using var cli = new CommandLine();
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Pem.Value);
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create();
        var encrypted = rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));

        foreach (var (content, because) in new[]
        {
            (encrypted, "is protected by a passphrase"),
            (small.ExportPkcs8PrivateKeyPem(), "holds a key of 1024 bits; 2048, 3072 or 4096 are taken"),
            (curve.ExportPkcs8PrivateKeyPem(), "holds no RSA private key"),
            (rsa.ExportSubjectPublicKeyInfoPem(), "holds no RSA private key"),
            ("", "holds no RSA private key"),
        })
        {
            var refused = await cli.RunAsync("signing-key", "import", "global", "--pem", Write(content));
            refused.ShouldFail(1, because);
            Assert.DoesNotContain("MII", refused.Error, StringComparison.Ordinal);
        }

        var open = Write(Pem.Value);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        (await cli.RunAsync("signing-key", "import", "global", "--pem", open)).ShouldFail(1, "chmod 600");
        (await cli.RunAsync("signing-key", "import", "global", "--pem", _folder["none.pem"])).ShouldFail(1, "There is no file");
        Assert.False(Directory.Exists(cli.KeysPath));
    }

    [Theory]
    [InlineData("announce")]
    [InlineData("rotate")]
    [InlineData("retire")]
    public async Task A_name_without_a_key_fails(string command)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("signing-key", command, "product-7", "--json")).ShouldFail(1, "There is no signing key product-7 yet");
        (await cli.RunAsync("signing-key", command, "offline-wrap")).ShouldFail(2, "A signing key's name is");
    }

    [Theory]
    [InlineData("Signing:RotationOverlap", "60s", "at least 2m")]
    [InlineData("Signing:RetireAfter", "a month", "such as 90s, 15m, 24h or 30d")]
    public async Task A_length_that_is_none_or_too_short_stops_the_start(string setting, string value, string because)
    {
        using var cli = new CommandLine((setting, value));

        (await cli.RunAsync("signing-key", "list")).ShouldFail(1, because);
    }

    private string Write(string content)
    {
        var file = _folder[$"{Guid.NewGuid():N}.pem"];
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }
}
