using System.Globalization;
using System.Text.Json;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Cli;

/// <summary><c>licensectl license import</c>.</summary>
public sealed class LicenseImportCommandTests : IDisposable
{
    private const string Lines = """"
        license_key,status,owner_name,owner_email,activation_limit,validity,assigned_at,expires_at,created_at,identifiers,activated_at
        OLD-1,,,,,,,,,,
        OLD-2,assigned,"Löve, ""Ada""",Ada@Example.com,3,365,2024-01-31T12:00:00Z,,2023-12-24,a.example|b.example,2024-02-01|2024-02-03 08:30:00
        OLD-3,,Bob,bob@example.com,unlimited,,2024-01-31,2025-02-01 06:00:00,,c.example,2024-05-05T00:00:00+02:00
        OLD-4,suspended,"Two
        lines",,0,,,2020-01-01,2019-01-01,,

        OLD-5,available,,,2,30,,,,,

        """";

    private readonly TemporaryFolder _folder = new();
    private readonly CommandLine _cli = new();

    private string FilePath => _folder["licenses.csv"];

    public void Dispose()
    {
        _folder.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task Licenses_come_in_with_owners_dates_limits_and_activations_once_they_are_to_be_applied()
    {
        await _cli.ProductAsync();
        await File.WriteAllTextAsync(FilePath, Lines);

        (await _cli.RunAsync("license", "import", FilePath, "--product", "widget")).ShouldSay(
            "5 would be created, 0 completed, 0 are already there, 0 would be refused. Nothing was written: add --apply.");
        (await _cli.RunAsync("license", "show", "OLD-2")).ShouldFail(1, "There is no license");
        (await _cli.RunAsync("license", "import", FilePath, "--product", "widget", "--apply")).ShouldSay("5 created, 0 completed, 0 already there, 0 refused.");

        var (second, third, fourth) = (await ShowAsync("OLD-2"), await ShowAsync("OLD-3"), await ShowAsync("OLD-4"));
        Assert.Equal(("assigned", "Löve, \"Ada\"", 3, 2), (Text(second, "status"), Text(second, "owner_name"), Number(second, "activation_limit"), Number(second, "active_count")));
        Assert.Equal(("2024-01-31T12:00:00Z", "2025-01-30T12:00:00Z", "2023-12-24T00:00:00Z"), (Text(second, "assigned_at"), Text(second, "expires_at"), Text(second, "created_at")));
        Assert.Equal(
            [("b.example", "2024-02-03T08:30:00Z"), ("a.example", "2024-02-01T00:00:00Z")],
            second.GetProperty("activations").EnumerateArray().Select(each => (Text(each, "identifier"), Text(each, "activated_at"))));
        Assert.Equal("b.example", Text(second.GetProperty("latest_activation"), "identifier"));
        Assert.Equal(("2025-02-01T06:00:00Z", 0), (Text(third, "expires_at"), Number(third, "activation_limit")));
        Assert.Equal(("suspended", "2020-01-01T00:00:00Z"), (Text(fourth, "status"), Text(fourth, "expires_at")));
        Assert.Equal(("available", 1), (Text(await ShowAsync("OLD-1"), "status"), Number(await ShowAsync("OLD-1"), "activation_limit")));
    }

    [Fact]
    public async Task A_server_serves_and_lists_them_as_any_others()
    {
        await _cli.ProductAsync();
        await File.WriteAllTextAsync(FilePath, Lines);
        await using var store = await _cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store);

        await _cli.RunAsync("license", "import", FilePath, "--product", "1", "--apply");

        var verified = await host.PostAsync("/api/v1/verify", ("license_key", "OLD-3"), ("identifier", "c.example"));
        var third = await host.PostAsync("/api/v1/activate", ("license_key", "OLD-2"), ("identifier", "c.example"));
        var fourth = await host.PostAsync("/api/v1/activate", ("license_key", "OLD-2"), ("identifier", "d.example"));
        Assert.Equal((200, 300, 302), (Code(verified), Code(third), Code(fourth)));
        Assert.Equal(300, Code(await host.PostAsync("/api/v1/activate", ("license_key", "OLD-3"), ("identifier", "again.example"))));
        var lists = host.Services.GetRequiredService<LicenseLists>();
        Assert.Equal((5, 2), (await lists.CountAsync(1, null, default), await lists.CountAsync(1, LicenseStatus.Available, default)));
        Assert.Equal("OLD-2", Assert.Single(await lists.PageAsync(new(null, null, "ada@example.com"), 0, 10, default)).Key);
        Assert.Equal("a.example b.example c.example", string.Join(' ', (await ShowAsync("OLD-2")).GetProperty("activations").EnumerateArray().Select(each => Text(each, "identifier")).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Done_again_it_changes_nothing_and_what_has_become_another_is_refused()
    {
        await _cli.ProductAsync();
        await File.WriteAllTextAsync(FilePath, Lines);
        await _cli.RunAsync("license", "import", FilePath, "--product", "widget", "--apply");
        await _cli.RunAsync("export", _folder["before.jsonl"]);

        (await _cli.RunAsync("license", "import", FilePath, "--product", "widget", "--apply")).ShouldSay("0 created, 0 completed, 5 already there, 0 refused.");
        await _cli.RunAsync("export", _folder["after.jsonl"]);
        Assert.Equal(Licenses("before.jsonl"), Licenses("after.jsonl"));

        await File.WriteAllTextAsync(FilePath, Lines.Replace("Bob", "Eve", StringComparison.Ordinal).Replace("|b.example", "|x.example", StringComparison.Ordinal));
        var changed = await _cli.RunAsync("license", "import", FilePath, "--product", "widget", "--apply");
        Assert.Equal((1, "0 created, 0 completed, 3 already there, 2 refused."), (changed.Code, changed.Output.TrimEnd()));
        Assert.Equal(
            [$"line 3 (key {LicenseRows.Hash("OLD-2")[..12]}): exists already with other identifiers", $"line 4 (key {LicenseRows.Hash("OLD-3")[..12]}): exists already with another owner_name"],
            changed.Error.TrimEnd().Split(Environment.NewLine));

        IEnumerable<string> Licenses(string name) => File.ReadLines(_folder[name]).Where(line => line.StartsWith("[\"l", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(",x", "has no license_key")]
    [InlineData(" A ,x", "blanks around it")]
    [InlineData("A,sold", "has a status that is none of available, assigned,")]
    [InlineData("A,,-1", "has activation_limit that is not a whole number")]
    [InlineData("A,,1,,,a|b", "more identifiers than activation_limit")]
    [InlineData("A,,9,,,a|a", "has an identifier twice")]
    [InlineData("A,,9,,,a|b|c,2024-01-01|2024-01-02", "has not one activated_at for each")]
    [InlineData("A,available,9,,,a", "is not sold by its status")]
    [InlineData("A,,9,10,2024-01-01,a", "has both validity and expires_at")]
    [InlineData("A,,9,,yesterday,a", "has expires_at that is not an instant")]
    [InlineData("A,,9,,,a,2024-01-01,more", "has 8 columns, and the header 7")]
    [InlineData("A,,\"9\"x,,,a", "quotation mark")]
    [InlineData("FIRST", "has the license_key of line 2")]
    public async Task A_wrong_line_is_refused_and_the_others_are_not(string line, string because)
    {
        await _cli.ProductAsync();
        var columns = line.Contains("more", StringComparison.Ordinal) ? line : line + new string(',', 6 - line.Count(c => c == ','));
        await File.WriteAllTextAsync(FilePath, $"license_key,status,activation_limit,validity,expires_at,identifiers,activated_at\nFIRST,,,,,,\n{columns}\nLAST,,,,,,\n");

        var result = await _cli.RunAsync("license", "import", FilePath, "--product", "widget", "--apply");

        Assert.Equal((1, "2 created, 0 completed, 0 already there, 1 refused."), (result.Code, result.Output.TrimEnd()));
        Assert.StartsWith("line 3", result.Error, StringComparison.Ordinal);
        Assert.Contains(because, Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(0, (await _cli.RunAsync("license", "show", "LAST")).Code);
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("license_key,colour\n", "there is no column \"colour\"")]
    [InlineData("status\n", "lacks the column license_key")]
    [InlineData("license_key,status,status\n", "has a column twice")]
    public async Task A_file_without_a_header_that_is_known_is_refused(string text, string because)
    {
        await _cli.ProductAsync();
        await File.WriteAllTextAsync(FilePath, text);
        (await _cli.RunAsync("license", "import", FilePath, "--product", "widget")).ShouldFail(1, because);
        (await _cli.RunAsync("license", "import", FilePath, "--product", "gadget")).ShouldFail(1, "product");
        (await _cli.RunAsync("license", "import", _folder["none.csv"], "--product", "widget")).ShouldFail(1, "cannot be read");
    }

    [Fact]
    public async Task An_import_that_died_half_way_is_completed_with_all_activations()
    {
        var product = await _cli.ProductAsync();
        var identifiers = Enumerable.Range(0, 100).Select(n => n.ToString("D3", CultureInfo.InvariantCulture)).ToArray();
        await File.WriteAllTextAsync(FilePath, $"license_key;activation_limit;identifiers;activated_at\nBIG;100;{string.Join('|', identifiers)};2024-01-01\n");
        await using (var store = await _cli.OpenStoreAsync())
        {
            var dying = new DyingStore(store);
            await using var host = await ApiHost.StartAsync(dying);
            dying.DiesAt = (table, _, changes) => table == TableNames.Licenses && changes[0].Kind == RowChangeKind.Replace;
            var import = host.Services.GetRequiredService<LicenseFunctions.Licensing.Importing.LicenseImport>();
            var draft = new License { Key = "BIG", Id = 0, ProductId = product.Id, Status = LicenseStatus.Assigned, ActivationLimit = 100, AssignedAt = 1_704_067_200_000 };
            await Assert.ThrowsAnyAsync<Exception>(() => import.ApplyAsync(
                [new(draft, [.. identifiers.Select(each => new LicenseFunctions.Licensing.Importing.ImportedActivation(each, 1_704_067_200_000))])], CancellationToken.None));
        }

        Assert.Equal(32, Number(await ShowAsync("BIG"), "active_count"));
        string[] command = ["license", "import", FilePath, "--product", "widget", "--delimiter", ";", "--apply"];
        (await _cli.RunAsync(command)).ShouldSay("0 created, 1 completed, 0 already there, 0 refused.");

        var shown = await ShowAsync("BIG");
        Assert.Equal((100, 100), (Number(shown, "active_count"), shown.GetProperty("activations").GetArrayLength()));
        (await _cli.RunAsync(command)).ShouldSay("0 created, 0 completed, 1 already there, 0 refused.");
    }

    [Fact]
    public async Task A_server_that_knows_a_license_learns_at_once_of_what_an_import_completes()
    {
        var product = await _cli.ProductAsync();
        await using var store = await _cli.OpenStoreAsync();
        var (witnessed, dying) = (new WitnessedStore(store), new DyingStore(new WitnessedStore(store)));
        await using var host = await ApiHost.StartAsync(witnessed);
        await using var other = await ApiHost.StartAsync(dying);
        var import = other.Services.GetRequiredService<LicenseFunctions.Licensing.Importing.LicenseImport>();
        var draft = new License { Key = "BIG", Id = 0, ProductId = product.Id, Status = LicenseStatus.Assigned, ActivationLimit = 100, AssignedAt = 1_704_067_200_000 };
        var identifiers = Enumerable.Range(0, 100).Select(n => n.ToString("D3", CultureInfo.InvariantCulture)).ToArray();
        dying.DiesAt = (table, _, changes) => table == TableNames.Licenses && changes[0].Kind == RowChangeKind.Replace;
        await Assert.ThrowsAnyAsync<Exception>(ImportAsync);
        var missing = 0;
        while (await VerifyAsync() == 200)
            missing++;
        Assert.Equal(202, await VerifyAsync());

        dying.Revive();
        await ImportAsync();

        Assert.Equal(200, await VerifyAsync());
        Assert.Equal(100, Number(await ShowAsync("BIG"), "active_count"));

        Task ImportAsync() => import.ApplyAsync(
            [new(draft, [.. identifiers.Select(each => new LicenseFunctions.Licensing.Importing.ImportedActivation(each, 1_704_067_200_000))])], CancellationToken.None);

        async Task<int> VerifyAsync() => Code(await host.PostAsync("/api/v1/verify", ("license_key", "BIG"), ("identifier", identifiers[missing])));
    }

    [Fact]
    public async Task Domains_are_written_as_the_domain_API_does()
    {
        await _cli.ProductAsync();
        await File.WriteAllTextAsync(FilePath, "license_key,identifiers\nA,https://Shop.Example:8443/x\nB,not a domain\n");
        var result = await _cli.RunAsync("license", "import", FilePath, "--product", "widget", "--domains", "--apply");
        Assert.Contains("line 3", result.Error, StringComparison.Ordinal);
        Assert.Equal("shop.example", Text((await ShowAsync("A")).GetProperty("activations")[0], "identifier"));
    }

    private async Task<JsonElement> ShowAsync(string key) => (await _cli.RunAsync("license", "show", key, "--json")).Json;

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static int Number(JsonElement of, string name) => of.GetProperty(name).GetInt32();

    private static int Code(SignedReply reply) => reply.Response.GetProperty("code").GetInt32();
}
