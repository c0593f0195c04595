using System.Runtime.Versioning;
using System.Text;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary><c>licensectl export</c> and <c>import</c>: which key signs afterwards.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class MovingSigningKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CommandLine _from = new();
    private readonly CommandLine _to = new();

    private string FilePath => _folder["export.jsonl"];

    public void Dispose()
    {
        _folder.Dispose();
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public async Task A_signing_key_that_was_rotated_to_and_is_not_here_is_named_and_doctor_finds_it_until_there_is_a_way_on()
    {
        var rotated = await RotatedAsync(_from, "rotate", "global", "--now");
        await _from.RunAsync("export", FilePath);

        var imported = await _to.RunAsync("import", FilePath);

        Assert.Contains($"Warning: The signing key global signs with {rotated}, which is not here", imported.Error, StringComparison.Ordinal);
        var sick = await _to.RunAsync("doctor");
        Assert.True(sick.Code == 1 && sick.Output.Contains("is not at the signer", StringComparison.Ordinal), sick.Output + sick.Error);
        var old = (await _to.RunAsync("signing-key", "list", "--json")).Json.EnumerateArray().Single(version => version.GetProperty("kid").GetString() != rotated);
        var pem = Directory.EnumerateFiles(Path.Combine(_from.KeysPath, "global"), "*-added.pem").Single();
        Assert.Contains("is here again", (await _to.RunAsync("signing-key", "import", "global", "--pem", pem)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _to.RunAsync("signing-key", "retire", "global", "--key", old.GetProperty("kid").GetString()!, "--force")).Code);
        Assert.Equal(0, (await _to.RunAsync("doctor")).Code);
        Assert.Equal(rotated, await CurrentAsync(_to));
    }

    /// <summary>Exports did not hold what was rotated to before.</summary>
    [Fact]
    public async Task An_older_export_still_comes_in_and_the_key_that_it_says_nothing_of_is_named()
    {
        var rotated = await RotatedAsync(_from, "rotate", "global", "--now");
        await _from.ProductAsync();
        await _from.RunAsync("export", FilePath);
        var rows = (await File.ReadAllLinesAsync(FilePath))[..^1].Where(line => !line.Contains("\"signing-key\"", StringComparison.Ordinal)).ToArray();
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Join(rows))));
        await File.WriteAllTextAsync(FilePath, Join(rows) + $"{{\"rows\":{rows.Length - 1},\"sha256\":\"{hash}\"}}\n");
        using var whole = new CommandLine(("Signing:Path", _from.KeysPath));

        var imported = await whole.RunAsync("import", FilePath);
        var restored = await _from.RunAsync("import", FilePath, "--overwrite");
        await whole.RunAsync("signing-key", "rotate", "global", "--now");

        Assert.Contains($"Warning: No row says that {rotated} of the signing key global was rotated to", imported.Error, StringComparison.Ordinal);
        Assert.Equal(rotated, await CurrentAsync(whole));
        Assert.DoesNotContain("Warning", restored.Error, StringComparison.Ordinal);
        Assert.Equal(rotated, await CurrentAsync(_from));
    }

    [Fact]
    public async Task A_restore_has_no_key_sign_again_that_was_rotated_away()
    {
        var leaked = await RotatedAsync(_from, "rotate", "global", "--now");
        await _from.RunAsync("export", FilePath);
        var rotated = await RotatedAsync(_from, "rotate", "global", "--now");
        await _from.RunAsync("signing-key", "retire", "global", "--key", leaked, "--force");

        var restored = await _from.RunAsync("import", FilePath, "--overwrite", "--json");
        var again = await _from.RunAsync("import", FilePath, "--json");

        Assert.Equal((1, 0), (restored.Json.GetProperty("equal").GetInt32(), restored.Json.GetProperty("replaced").GetInt32()));
        Assert.Equal(1, again.Json.GetProperty("equal").GetInt32());
        Assert.Equal(rotated, await CurrentAsync(_from));
        Assert.Equal("retired", (await _from.RunAsync("signing-key", "list", "--json")).Json.EnumerateArray()
            .Single(version => version.GetProperty("kid").GetString() == leaked).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_signing_key_that_API_keys_are_pinned_to_and_that_is_not_here_is_named()
    {
        await _from.RunAsync("api-key", "create", "--name", "shipped", "--all");
        await RotatedAsync(_from, "rotate", "global", "--now", "--keep-existing");
        await _from.RunAsync("export", FilePath);
        using var whole = new CommandLine(("Signing:Path", _from.KeysPath));

        Assert.Contains("Warning: API keys are pinned to the signing key ", (await _to.RunAsync("import", FilePath)).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", (await whole.RunAsync("import", FilePath)).Error, StringComparison.Ordinal);
    }

    /// <summary>Rotates the global key, which is made when there is none; answers the <c>kid</c> that signs.</summary>
    private static async Task<string> RotatedAsync(CommandLine cli, params string[] rotate)
    {
        await new LocalKeySigner(cli.KeysPath, TimeProvider.System).CreateAsync("global", default);
        return (await cli.RunAsync(["signing-key", .. rotate, "--json"])).Json.GetProperty("kid").GetString()!;
    }

    private static async Task<string?> CurrentAsync(CommandLine cli) =>
        (await cli.RunAsync("signing-key", "list", "--json")).Json.EnumerateArray()
            .Single(version => version.GetProperty("state").GetString() == "current").GetProperty("kid").GetString();

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
