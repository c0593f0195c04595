namespace LicenseFunctions.Tests.Cli;

public sealed class GeneratorCommandsTests
{
    [Fact]
    public async Task Generators_are_made_and_listed_by_product()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync("First");
        await cli.ProductAsync("Second");

        var made = (await cli.RunAsync(
            "generator", "create", "--product", "second", "--method", "chunk-system", "--chunks", "5", "--chunk-length", "6", "--charset", "ABC",
            "--prefix", "LIC-", "--suffix", "-X", "--activation-limit", "3", "--validity", "365", "--json")).Json;
        var simple = await cli.RunAsync("generator", "create", "--product", "1", "--method", "uuid");

        Assert.Equal(1, made.GetProperty("id").GetInt64());
        Assert.StartsWith("Generator 2 is made: ", simple.Output, StringComparison.Ordinal);
        var listed = Assert.Single((await cli.RunAsync("generator", "list", "--product", "2", "--json")).Json.EnumerateArray());
        Assert.Equal(made.GetRawText(), listed.GetRawText());
        Assert.Equal(
            ("chunk-system", 5, 6, "ABC", "LIC-", "-X", 3, 365),
            (listed.GetProperty("method").GetString(), listed.GetProperty("chunks").GetInt32(), listed.GetProperty("chunk_length").GetInt32(),
                listed.GetProperty("charset").GetString(), listed.GetProperty("prefix").GetString(), listed.GetProperty("suffix").GetString(),
                listed.GetProperty("activation_limit").GetInt32(), listed.GetProperty("validity").GetInt32()));
        Assert.Contains(made.GetProperty("uuid").GetString()!, (await cli.RunAsync("generator", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await cli.RunAsync("generator", "list", "--json")).Json.GetArrayLength());
    }

    [Theory]
    [InlineData(1, "It could make 256 different keys", "--method", "chunk-system", "--chunks", "1", "--chunk-length", "2")]
    [InlineData(1, "It could make 16 different keys", "--method", "custom", "--prefix", "A-*")]
    [InlineData(1, "There are 1 to 32 chunks", "--method", "chunk-system", "--chunks", "0")]
    [InlineData(1, "The charset has 2 to 256 different characters", "--method", "chunk-system", "--charset", "A")]
    [InlineData(1, "Its keys would have 1055 characters, more than the 1024 that a client can send; make them shorter", "--method", "chunk-system", "--chunks", "32", "--chunk-length", "32")]
    [InlineData(1, "without spaces", "--method", "custom", "--prefix", "A B")]
    [InlineData(1, "Activation limit and validity are 0 or more", "--method", "uuid", "--validity", "-1")]
    [InlineData(2, "are for --method chunk-system", "--method", "uuid", "--chunks", "4")]
    [InlineData(2, "'dice' not recognized", "--method", "dice")]
    [InlineData(2, "'--method' is required")]
    [InlineData(2, "Cannot parse argument 'four'", "--method", "chunk-system", "--chunks", "four")]
    public async Task A_generator_that_would_not_do_is_refused(int code, string because, params string[] args)
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();

        (await cli.RunAsync(["generator", "create", "--product", "widget", .. args, "--json"])).ShouldFail(code, because);
        (await cli.RunAsync("generator", "list")).ShouldSay("No generators.");
    }

    [Fact]
    public async Task An_unknown_product_has_no_generators()
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("generator", "create", "--product", "7", "--method", "uuid")).ShouldFail(1, "licensectl product list");
        (await cli.RunAsync("generator", "list", "--product", "7")).ShouldFail(1, "licensectl product list");
    }
}
