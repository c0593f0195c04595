namespace LicenseFunctions.Tests.Cli;

public sealed class DownloadCommandsTests
{
    [Fact]
    public async Task A_version_is_added_published_listed_and_removed()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();
        var file = cli.NewFile("widget.zip", 7, "content");

        var added = await cli.RunAsync(
            "download", "add", "--product", "widget", "--version", "1.0.2", "--file", file, "--summary", "Bugfixes", "--changelog", "Minor", "--json");
        var published = await cli.RunAsync("download", "publish", "--product", "widget", "--version", "1.0.2", "--json");

        Assert.Equal("", added.Error);
        Assert.Equal(
            ("1.0.2", "widget.zip", 7, "Bugfixes", "Minor", false),
            (added.Json.GetProperty("version").GetString(), added.Json.GetProperty("file_name").GetString(), added.Json.GetProperty("size").GetInt32(),
                added.Json.GetProperty("update_summary").GetString(), added.Json.GetProperty("changelog").GetString(), added.Json.GetProperty("published").GetBoolean()));
        Assert.True(published.Json.GetProperty("published").GetBoolean());
        Assert.Equal(published.Json.GetRawText(), Assert.Single((await cli.RunAsync("download", "list", "--json")).Json.EnumerateArray()).GetRawText());
        Assert.Contains("widget.zip", (await cli.RunAsync("download", "list", "--product", "1")).Output, StringComparison.Ordinal);
        (await cli.RunAsync("download", "remove", "--product", "1", "--version", "1.0.2")).ShouldSay("Version 1.0.2 of product 1 is removed.");
        Assert.Empty(Directory.EnumerateFiles(cli.DownloadsPath, "*", SearchOption.AllDirectories));
        (await cli.RunAsync("download", "list")).ShouldSay("No versions.");
    }

    [Fact]
    public async Task A_large_file_tells_how_far_it_is_beside_the_answer()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();

        var added = await cli.RunAsync(
            "download", "add", "--product", "1", "--version", "2", "--file", cli.NewFile("big.bin", 32L << 20), "--publish", "--json");

        Assert.True(added.Code == 0, added.Error);
        Assert.True(System.Text.Json.JsonDocument.Parse(added.Output).RootElement.GetProperty("published").GetBoolean());
        Assert.Equal(
            Enumerable.Range(1, 10).Select(step => $"big.bin: {step * 10} % of 32 MB"), added.Error.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    [Fact]
    public async Task A_version_there_is_already_is_refused()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();
        var file = cli.NewFile("widget.zip", 7);
        (await cli.RunAsync("download", "add", "--product", "1", "--version", "1.0", "--file", file))
            .ShouldSay("Version 1.0 of product 1 is added; publish it when it is ready.");

        (await cli.RunAsync("download", "add", "--product", "1", "--version", "1.0", "--file", file, "--json")).ShouldFail(1, "has this version already");
    }

    [Theory]
    [InlineData(1, "A version has a digit", "add", "--version", "new", "--file", "licensectl.dll")]
    [InlineData(1, "The file cannot be read", "add", "--version", "1", "--file", "no-such.zip")]
    [InlineData(1, "licensectl download list", "remove", "--version", "9")]
    [InlineData(1, "licensectl download list", "publish", "--version", "9")]
    [InlineData(2, "'--file' is required", "add", "--version", "1")]
    [InlineData(2, "'--version' is required", "publish")]
    public async Task What_cannot_be_done_says_why(int code, string because, string command, params string[] args)
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();
        string[] paths = [.. args.Select(arg => arg == "licensectl.dll" ? Path.Combine(AppContext.BaseDirectory, arg) : arg)];

        (await cli.RunAsync(["download", command, "--product", "widget", .. paths, "--json"])).ShouldFail(code, because);
        (await cli.RunAsync("download", "list")).ShouldSay("No versions.");
    }

    [Theory]
    [InlineData("add", "--version", "1", "--file", "x")]
    [InlineData("remove", "--version", "1")]
    [InlineData("publish", "--version", "1")]
    [InlineData("list")]
    public async Task An_unknown_product_has_no_versions(string command, params string[] args)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync(["download", command, "--product", "7", .. args])).ShouldFail(1, "licensectl product list");
    }
}
