using System.Globalization;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary>
/// There and back between both stores. 2,000 licenses; another number by the environment variable <c>LICENSES_TO_MOVE</c>.
/// </summary>
public sealed class MovingBetweenStoresTests
{
    private static readonly int Licenses =
        int.TryParse(Environment.GetEnvironmentVariable("LICENSES_TO_MOVE"), CultureInfo.InvariantCulture, out var number) ? number : 2_000;

    [AzuriteFact]
    public async Task What_is_moved_to_Azure_Tables_and_back_gives_the_same_export_to_the_byte()
    {
        using var folder = new TemporaryFolder();
        using var first = new CommandLine();
        await using (var store = await first.OpenStoreAsync())
            await FilledStore.FillAsync(store, async args => Assert.Equal(0, (await first.RunAsync(args)).Code), Licenses);
        await new LocalKeySigner(first.KeysPath, TimeProvider.System).CreateAsync("global", default);
        Assert.Equal(0, (await first.RunAsync("signing-key", "rotate", "global", "--now", "--keep-existing")).Code);
        var export = await ExportAsync(first, folder["first.jsonl"]);

        using var azure = new CommandLine(("Storage:Provider", "AzureTables"), ("Storage:ConnectionString", await Azurite.NewConnectionStringAsync()), ("Signing:Path", first.KeysPath));
        await MoveAsync(azure, folder["first.jsonl"], Rows(export));
        Assert.Equal(export, await ExportAsync(azure, folder["azure.jsonl"]));

        using var second = new CommandLine(("Signing:Path", first.KeysPath));
        await MoveAsync(second, folder["azure.jsonl"], Rows(export));
        Assert.Equal(export, await ExportAsync(second, folder["second.jsonl"]));
        ShouldHoldEverything(export);
    }

    /// <summary>Imports into an empty store, and then once more.</summary>
    private static async Task MoveAsync(CommandLine to, string file, long rows)
    {
        var imported = (await to.RunAsync("import", file, "--json")).Json;
        Assert.Equal((rows, rows, 0), (imported.GetProperty("rows").GetInt64(), imported.GetProperty("added").GetInt64(), imported.GetProperty("warnings").GetArrayLength()));
        var again = (await to.RunAsync("import", file, "--json")).Json;
        Assert.Equal((0, rows), (again.GetProperty("added").GetInt64(), again.GetProperty("equal").GetInt64()));
    }

    private static async Task<byte[]> ExportAsync(CommandLine from, string file)
    {
        Assert.Equal(0, (await from.RunAsync("export", file)).Code);
        return await File.ReadAllBytesAsync(file);
    }

    private static long Rows(byte[] export) => export.AsSpan().Count((byte)'\n') - 2;

    /// <summary>The file is of every table but those that are told not to leave, and every row of it has its schema.</summary>
    private static void ShouldHoldEverything(byte[] export)
    {
        var lines = System.Text.Encoding.UTF8.GetString(export).Split('\n')[1..^2];
        Assert.Equal(
            TableNames.All.Except([TableNames.Limits, TableNames.Audit, TableNames.Idempotency]).Order(StringComparer.Ordinal),
            lines.Select(line => line.Split('"')[1]).Where(table => table != TableNames.Idempotency).Distinct());
        Assert.All(lines, line => Assert.Contains("\"schema\":1", line, StringComparison.Ordinal));
        Assert.Equal(Licenses - 1 + 7, lines.Count(line => line.StartsWith("[\"licenses\"", StringComparison.Ordinal) && line.Contains("\",\"license\",{", StringComparison.Ordinal)));
        foreach (var kind in (string[])["\"activation.", "\"usage.", "\"license.~", "\"meta.", "\"generator", "\"contract", "\"feature", "\"wrapped_key\"", "\"capabilities\"", "\"signing-key\",\"global\""])
            Assert.Contains(lines, line => line.Contains(kind, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("\"license.usage\"", StringComparison.Ordinal) && line.Contains("base64", StringComparison.Ordinal));
    }
}
