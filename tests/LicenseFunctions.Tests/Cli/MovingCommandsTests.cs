using System.Text;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary><c>licensectl export</c> and <c>import</c>: what is refused, and what is not touched.</summary>
public sealed class MovingCommandsTests : IDisposable
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
    public async Task An_export_is_for_its_owner_alone_and_replaces_nothing_unasked()
    {
        await _from.ProductAsync();
        Assert.Equal(0, (await _from.RunAsync("export", FilePath)).Code);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));

        (await _from.RunAsync("export", FilePath)).ShouldFail(1, "--force");
        Assert.Equal(0, (await _from.RunAsync("export", FilePath, "--force")).Code);
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Path));
        (await _from.RunAsync("export", _folder["no/such/folder"])).ShouldFail(1, "cannot be written");
        (await _to.RunAsync("export", _folder["other.jsonl"])).ShouldFail(1, "There is no store at");
    }

    [Fact]
    public async Task Values_of_every_kind_and_keys_of_any_script_come_back_as_they_were()
    {
        var values = new RowValues
        {
            ["schema"] = 1, ["least"] = long.MinValue, ["most"] = long.MaxValue, ["yes"] = true, ["no"] = false, ["empty"] = "", ["nothing"] = Array.Empty<byte>(),
            ["bytes"] = new byte[] { 0, 255, 10 }, ["base64"] = "AAA=", ["text"] = "\"\\\n\t😀\u0000<&'\u2028", ["ÄÖ"] = "x",
        };
        // Beyond the basic plane UTF-8 sorts otherwise than UTF-16.
        string[] keys = ["a", "B", "ä", "\uFFFD", "😀", "日本"];
        await using (var store = await _from.OpenStoreAsync())
        {
            foreach (var key in keys)
                await store.CommitAsync(TableNames.Telemetry, key, [.. keys.Select(row => RowChange.Insert(row, values))], CancellationToken.None);
        }

        Assert.Equal(0, (await _from.RunAsync("export", FilePath)).Code);
        Assert.Equal(0, (await _to.RunAsync("import", FilePath)).Code);

        await using var target = await _to.OpenStoreAsync();
        var rows = new List<Row>();
        await foreach (var row in target.ListAsync(new(TableNames.Telemetry, null), CancellationToken.None))
            rows.Add(row);
        Assert.Equal(keys.Length * keys.Length, rows.Count);
        Assert.All(rows, row => Assert.Equal(values.OrderBy(each => each.Key, StringComparer.Ordinal), row.Values.OrderBy(each => each.Key, StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("cut", "cut off")]
    [InlineData("half", "Line 4 of the file is wrong: it has no end")]
    [InlineData("json", "Line 3 of the file is wrong: it is not a row")]
    [InlineData("value", "the checksum is of other lines")]
    [InlineData("order", "Line 4 of the file is wrong: it is not in order")]
    [InlineData("twice", "Line 4 of the file is wrong: it is not in order")]
    [InlineData("lost", "rows, and there are")]
    [InlineData("table", "Line 2 of the file is wrong: it is of a table that exports do not hold")]
    [InlineData("schema", "Line 2 of the file is wrong: a newer version of this program wrote the row")]
    [InlineData("version", "A newer version of this program wrote the export")]
    [InlineData("header", "line 1 is not the header")]
    [InlineData("empty", "The file is empty")]
    [InlineData("more", "it follows the checksum")]
    public async Task A_damaged_file_is_refused_before_anything_is_written(string damage, string because)
    {
        await _from.ProductAsync();
        Assert.Equal(0, (await _from.RunAsync("export", FilePath)).Code);
        var whole = await File.ReadAllTextAsync(FilePath);
        var lines = whole.Split('\n')[..^1];
        await File.WriteAllTextAsync(FilePath, damage switch
        {
            "cut" => Join(lines[..^1]),
            "half" => Join(lines[..3]) + lines[3][..^5],
            "json" => Join([.. lines[..2], lines[2][..^1], .. lines[3..]]),
            "value" => whole.Replace("Widget", "Gadget", StringComparison.Ordinal),
            "order" => Join([.. lines[..2], lines[3], lines[2], .. lines[4..]]),
            "twice" => Join([.. lines[..3], lines[2], .. lines[3..]]),
            "lost" => Join([.. lines[..2], .. lines[3..]]),
            "table" => whole.Replace("[\"catalog\"", "[\"limits\"", StringComparison.Ordinal),
            "schema" => whole.Replace("\"schema\":1", "\"schema\":2", StringComparison.Ordinal),
            "version" => whole.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal),
            "header" => Join(lines[1..]),
            "empty" => "",
            _ => whole + lines[1] + "\n",
        });

        (await _to.RunAsync("import", FilePath)).ShouldFail(1, because);

        await using var target = await _to.OpenStoreAsync();
        foreach (var table in TableNames.All)
            Assert.False(await target.ListAsync(new(table, null), CancellationToken.None).GetAsyncEnumerator().MoveNextAsync());
    }

    [Fact]
    public async Task A_store_that_holds_something_else_is_left_alone_until_it_is_to_be_overwritten()
    {
        await _from.ProductAsync("Widget");
        await _from.RunAsync("block", "add", "--ip", "203.0.113.0/24");
        await _to.ProductAsync("Gadget");
        await _to.RunAsync("generator", "create", "--product", "gadget", "--method", "uuid");
        await _from.RunAsync("export", FilePath);
        await _to.RunAsync("export", _folder["before.jsonl"]);

        (await _to.RunAsync("import", FilePath)).ShouldFail(1, "Nothing was written");
        Assert.Equal("Gadget", (await _to.RunAsync("product", "list", "--json")).Json[0].GetProperty("name").GetString());
        Assert.Equal(0, (await _to.RunAsync("block", "list", "--json")).Json.GetArrayLength());

        Assert.Equal(0, (await _to.RunAsync("import", FilePath, "--overwrite")).Code);
        await _to.RunAsync("export", _folder["after.jsonl"]);
        Assert.Equal(await File.ReadAllTextAsync(FilePath), await File.ReadAllTextAsync(_folder["after.jsonl"]));
    }

    [Fact]
    public async Task A_store_of_its_own_first_key_takes_an_export_and_keeps_that()
    {
        await _from.ProductAsync();
        await _from.RunAsync("export", FilePath);
        await _to.RunAsync("api-key", "create", "--name", "own", "--all");

        var dry = (await _to.RunAsync("import", FilePath, "--dry-run", "--json")).Json;
        var imported = (await _to.RunAsync("import", FilePath, "--json")).Json;

        Assert.Equal((4, CopiedRow.Copies), (dry.GetProperty("missing").GetInt32(), dry.GetProperty("others").GetInt32()));
        Assert.Equal((4, CopiedRow.Copies), (imported.GetProperty("added").GetInt32(), imported.GetProperty("others").GetInt32()));
        Assert.Equal(1, (await _to.RunAsync("api-key", "list", "--json")).Json.GetArrayLength());
    }

    [Fact]
    public async Task An_import_that_was_interrupted_goes_on_where_it_stood()
    {
        await using (var store = await _from.OpenStoreAsync())
            await FilledStore.FillAsync(store, async args => Assert.Equal(0, (await _from.RunAsync(args)).Code), 150);
        await _from.RunAsync("export", FilePath);
        var lines = await File.ReadAllLinesAsync(FilePath);
        await File.WriteAllTextAsync(_folder["part.jsonl"], Join(lines[..(lines.Length / 2)]));

        // What comes through a pipe is written as it is read.
        var piped = await _to.PipeAsync($"cat '{_folder["part.jsonl"]}'", "import", "-");
        var resumed = (await _to.RunAsync("import", FilePath, "--json")).Json;
        await _to.RunAsync("export", _folder["after.jsonl"]);

        piped.ShouldFail(1, "What came before is in the store");
        Assert.Equal((lines.Length / 2) - 1, resumed.GetProperty("equal").GetInt32());
        Assert.Equal(await File.ReadAllTextAsync(FilePath), await File.ReadAllTextAsync(_folder["after.jsonl"]));
    }

    [Fact]
    public async Task Keys_that_rows_refer_to_and_that_are_not_here_are_named()
    {
        var product = await _from.ProductAsync();
        await _from.RunAsync("product", "key", "create", "1");
        await _from.RunAsync("webhook", "add", "--url", "https://example.com/hook", "--event", "license.created");
        await _from.RunAsync("export", FilePath);

        var imported = await _to.RunAsync("import", FilePath);

        Assert.Equal(0, imported.Code);
        Assert.Contains("Warning: The signing key product-", imported.Error, StringComparison.Ordinal);
        Assert.Contains("Warning: Offline keys and webhook secrets", imported.Error, StringComparison.Ordinal);
        using var whole = new CommandLine(("Signing:Path", _from.KeysPath));
        Assert.DoesNotContain("Warning", (await whole.RunAsync("import", FilePath)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_leads_from_store_to_store()
    {
        await _from.ProductAsync();
        var exported = await _from.SpawnAsync("export", "-");
        await File.WriteAllTextAsync(FilePath, exported.Output);

        var imported = await _to.PipeAsync($"cat '{FilePath}'", "import", "-");

        Assert.StartsWith("4 rows are in the output", exported.Error, StringComparison.Ordinal);
        Assert.Equal((0, "4 rows: 4 added"), (imported.Code, imported.Output[..15]));
        await _from.RunAsync("export", _folder["again.jsonl"]);
        Assert.Equal(await File.ReadAllTextAsync(_folder["again.jsonl"]), exported.Output);
    }

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
