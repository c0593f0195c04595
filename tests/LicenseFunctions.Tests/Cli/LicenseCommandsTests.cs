using LicenseFunctions.Licensing;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

public sealed class LicenseCommandsTests : IAsyncLifetime, IDisposable
{
    private readonly CommandLine _cli = new();
    private SqliteTableStore _store = null!;
    private ApiHost _host = null!;

    public async Task InitializeAsync()
    {
        _store = await _cli.OpenStoreAsync();
        _host = await ApiHost.StartAsync(_store);
    }

    [Fact]
    public async Task A_license_is_shown_with_its_activations_the_latest_first()
    {
        var license = await _host.LicenseAsync(draft => draft with { OwnerName = "Zoë", ActivationLimit = 3, ValidityDays = 30 });
        await ActivateAsync(license, "a.example");
        await ActivateAsync(license, "b.example");
        await _host.PostAsync("/api/v1/verify", ("license_key", license.Key), ("identifier", "a.example"));

        var shown = (await _cli.RunAsync("license", "show", license.Key, "--json")).Json;
        var text = (await _cli.RunAsync("license", "show", license.Key)).Output;

        Assert.Equal(license.Key, shown.GetProperty("license_key").GetString());
        Assert.Equal("assigned", shown.GetProperty("status").GetString());
        Assert.Equal(2, shown.GetProperty("active_count").GetInt64());
        Assert.Equal(3, shown.GetProperty("activation_limit").GetInt64());
        Assert.Equal(
            shown.GetProperty("assigned_at").GetDateTimeOffset().AddDays(30), shown.GetProperty("expires_at").GetDateTimeOffset());
        Assert.Equal("widget", shown.GetProperty("product").GetProperty("slug").GetString());
        Assert.Equal("b.example", shown.GetProperty("latest_activation").GetProperty("identifier").GetString());
        Assert.Equal(1, shown.GetProperty("verification_count").GetInt64());
        Assert.Equal(
            [("b.example", 0), ("a.example", 1)],
            shown.GetProperty("activations").EnumerateArray().Select(each => (each.GetProperty("identifier").GetString()!, each.GetProperty("verification_count").GetInt32())));
        Assert.Contains("IDENTIFIER  ACTIVATED AT", text, StringComparison.Ordinal);
        Assert.Contains("owner name", text, StringComparison.Ordinal);
        Assert.Contains("Zoë", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@LIC")]
    [InlineData("a/b?c#d\\e \u00fc")]
    public async Task A_license_key_is_free_text(string key)
    {
        await _host.LicenseAsync(draft => draft with { Key = key, AssignedAt = null, Status = LicenseStatus.Available });

        var shown = (await _cli.RunAsync("license", "show", key, "--json")).Json;

        Assert.Equal(key, shown.GetProperty("license_key").GetString());
        Assert.Equal("null", shown.GetProperty("expires_at").GetRawText());
        Assert.Equal(0, shown.GetProperty("activations").GetArrayLength());
    }

    [Theory]
    [InlineData("suspend", LicenseStatus.Assigned, LicenseStatus.Suspended)]
    [InlineData("suspend", LicenseStatus.Revoked, LicenseStatus.Suspended)]
    [InlineData("suspend", LicenseStatus.Suspended, LicenseStatus.Suspended)]
    [InlineData("revoke", LicenseStatus.Assigned, LicenseStatus.Revoked)]
    [InlineData("revoke", LicenseStatus.Suspended, LicenseStatus.Revoked)]
    [InlineData("reinstate", LicenseStatus.Suspended, LicenseStatus.Assigned)]
    [InlineData("reinstate", LicenseStatus.Revoked, LicenseStatus.Assigned)]
    [InlineData("reinstate", LicenseStatus.Blocked, LicenseStatus.Assigned)]
    [InlineData("reinstate", LicenseStatus.Assigned, LicenseStatus.Assigned)]
    public async Task A_status_is_changed(string command, LicenseStatus from, LicenseStatus to)
    {
        var license = await _host.LicenseAsync(draft => draft with { Status = from });

        var changed = await _cli.RunAsync("license", command, license.Key, "--json");
        var again = await _cli.RunAsync("license", command, license.Key);

        Assert.Equal(to.ToWire(), changed.Json.GetProperty("status").GetString());
        again.ShouldSay($"License {license.Key} is {to.ToWire()}.");
        Assert.Equal(to.ToWire(), (await _cli.RunAsync("license", "show", license.Key, "--json")).Json.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("suspend", LicenseStatus.Available)]
    [InlineData("suspend", LicenseStatus.Reserved)]
    [InlineData("revoke", LicenseStatus.Blocked)]
    [InlineData("reinstate", LicenseStatus.Available)]
    public async Task A_status_that_forbids_the_change_is_kept(string command, LicenseStatus status)
    {
        var license = await _host.LicenseAsync(draft => draft with { Status = status });

        var result = await _cli.RunAsync("license", command, license.Key, "--json");

        result.ShouldFail(1, $"The license is {status.ToWire()}; {command} is for one that is assigned, suspended");
        Assert.Equal(status.ToWire(), (await _cli.RunAsync("license", "show", license.Key, "--json")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task One_that_was_blocked_unsold_is_sold_when_reinstated()
    {
        var license = await _host.LicenseAsync(draft => draft with { Status = LicenseStatus.Blocked, AssignedAt = null, ValidityDays = 1 });

        var changed = await _cli.RunAsync("license", "reinstate", license.Key, "--json");

        Assert.Equal(changed.Json.GetProperty("updated_at").GetString(), changed.Json.GetProperty("assigned_at").GetString());
        Assert.NotNull(changed.Json.GetProperty("expires_at").GetString());
    }

    [Theory]
    [InlineData("show")]
    [InlineData("suspend")]
    [InlineData("revoke")]
    [InlineData("reinstate")]
    public async Task An_unknown_license_fails_and_the_key_is_not_repeated(string command)
    {
        var result = await _cli.RunAsync("license", command, "LIC-NOT-HERE", "--json");

        result.ShouldFail(1, "There is no license with this key");
        Assert.DoesNotContain("LIC-NOT-HERE", result.Error, StringComparison.Ordinal);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _store.DisposeAsync();
    }

    public void Dispose() => _cli.Dispose();

    private Task<SignedReply> ActivateAsync(License license, string identifier) =>
        _host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", identifier));
}
