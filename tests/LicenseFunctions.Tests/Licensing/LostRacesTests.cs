using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Licensing;

/// <summary>
/// Requests whose rows change under them, as another instance would change them, in the very moment that matters: here
/// between a decision on remembered rows and its commit.
/// </summary>
public sealed class LostRacesTests : IAsyncLifetime
{
    private TemporaryFolder Folder { get; } = new();

    private SqliteTableStore _inner = null!;
    private CountingStore _store = null!;
    private ApiHost _host = null!;
    private ApiHost _other = null!;
    private License _license = null!;

    public async Task InitializeAsync()
    {
        _inner = await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);
        _store = new CountingStore(_inner);
        (string, string)[] settings = [("RateLimits:LicensePerMinute", "0"), ("RateLimits:DomainVerifyPerMinute", "0")];
        _host = await ApiHost.StartAsync(_store, settings: settings);
        _other = await ApiHost.StartAsync(_inner, settings: settings);
        _license = await _host.LicenseAsync();
        await ActivateAsync("d.example");
        await VerifyAsync(); // From here on the rows are remembered.
        await VerifyAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _other.DisposeAsync();
        await _inner.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_license_suspended_meanwhile_is_not_verified_and_not_counted()
    {
        var before = await TotalsAsync();
        BeforeTheNext(call => call.IsCommit, () => ChangeAsync(LicenseStatus.Suspended));

        var answer = await _host.GetDomainAsync("/verify", _license.Key, "d.example");

        Assert.Equal("suspended", answer.Error);
        Assert.Equal(before, await TotalsAsync());
        await ChangeAsync(LicenseStatus.Assigned);
        Assert.Null((await VerifyAsync()).Error);
        Assert.Equal(before.Count + 1, (await TotalsAsync()).Count);
    }

    [Fact]
    public async Task An_activation_removed_meanwhile_fails_verification()
    {
        var before = await TotalsAsync();
        BeforeTheNext(call => call.IsCommit, () => _other.PostDomainAsync("/deactivate", _license.Key, "d.example"));

        Assert.Equal("invalid_domain", (await VerifyAsync()).Error);

        Assert.Equal(before, await TotalsAsync());
    }

    [Fact]
    public async Task An_activation_removed_and_made_again_meanwhile_is_verified_once()
    {
        var before = await TotalsAsync();
        BeforeTheNext(call => call.IsCommit, async () =>
        {
            await _other.PostDomainAsync("/deactivate", _license.Key, "d.example");
            await _other.PostDomainAsync("/activate", _license.Key, "d.example");
        });

        Assert.Null((await VerifyAsync()).Error);

        Assert.Equal(before.Count + 1, (await TotalsAsync()).Count);
        Assert.Equal(1, (await StatusAsync()).GetProperty("domain").GetProperty("verification_count").GetInt32());
    }

    [Fact]
    public async Task An_access_rule_added_meanwhile_refuses_and_nothing_is_counted()
    {
        var before = await TotalsAsync();
        var rules = _other.Services.GetRequiredService<AccessRules>();
        await rules.ChangeAsync(_ => new([], ["d.example"]), default);

        Assert.Equal("suspended", (await VerifyAsync()).Error);

        Assert.Equal(before, await TotalsAsync());
    }

    [Fact]
    public async Task An_API_key_disabled_meanwhile_refuses_and_nothing_is_counted()
    {
        await VerifySignedAsync(200);
        var before = await TotalsAsync();
        var keys = _other.Services.GetRequiredService<ApiKeys>();
        foreach (var key in await keys.ListAsync(default))
            await keys.SetActiveAsync(key.Id, false, default);

        await VerifySignedAsync(101);

        Assert.Equal(before, await TotalsAsync());
    }

    [Fact]
    public async Task An_access_rule_that_cannot_be_read_is_a_503_and_nothing_is_counted()
    {
        var before = await TotalsAsync();
        _store.Before = call => call.Table == TableNames.Access ? throw new StorageUnavailableException("scripted") : Task.CompletedTask;

        var answer = await _host.GetDomainAsync("/verify", _license.Key, "d.example");

        Assert.Equal(503, answer.Status);
        _store.Before = _ => Task.CompletedTask;
        await VerifyAsync(); // Behind the other in its lane: what that one did is done by now.
        Assert.Equal(before.Count + 1, (await TotalsAsync()).Count);
    }

    [Fact]
    public async Task A_product_switched_off_elsewhere_refuses_within_five_seconds()
    {
        await using var fresh = await ApiHost.StartAsync(_inner);
        var before = await TotalsAsync();
        var products = _other.Services.GetRequiredService<Products>();
        await products.UpdateAsync(_license.ProductId, product => product with { IsActive = false }, default);

        Assert.Equal("suspended", (await fresh.GetDomainAsync("/verify", _license.Key, "d.example")).Error);

        Assert.Equal(before, await TotalsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_slot_taken_for_the_same_identifier_elsewhere_is_already_active(bool isNamed)
    {
        await LoseTheLastSlotAsync();

        Assert.Equal("301", (await ActivateLastAsync(isNamed)).Code);
        Assert.Equal("301", (await ActivateLastAsync(isNamed)).Code);
    }

    [Fact]
    public async Task The_last_slot_taken_for_the_same_identifier_elsewhere_is_told_to_nobody_as_a_failure()
    {
        var failed = new Subscription { Id = "s", Url = "https://vendor.example", Events = [EventNames.ActivationFailed] };
        await _host.Services.GetRequiredService<Subscriptions>().AddAsync(failed, default);
        await LoseTheLastSlotAsync();

        Assert.Equal("301", (await ActivateLastAsync(isNamed: false)).Code);

        Assert.DoesNotContain(_store.Calls, call => call.Changes.Any(change => change.Key.StartsWith(EventRows.Prefix, StringComparison.Ordinal)));
    }

    /// <summary>The activation's row is read first, then the other instance activates it, then the license is read.</summary>
    private async Task LoseTheLastSlotAsync()
    {
        await _other.Services.GetRequiredService<Licenses>().ChangeAsync(Request(), (license, _) => license with { ActivationLimit = 2 });
        var (raced, older) = (false, new TaskCompletionSource());
        _store.After = call =>
        {
            if (call.Key == LicenseRows.Activation(LicenseRows.Hash("last")))
                older.TrySetResult();
        };
        _store.Before = async call =>
        {
            if (call is { Kind: "list", Table: TableNames.Licenses } && !raced)
            {
                raced = true;
                await older.Task;
                await _other.PostAsync("/api/v1/activate", ("license_key", _license.Key), ("identifier", "last"));
            }
        };
    }

    private async Task<SignedReply> ActivateLastAsync(bool isNamed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/activate")
        {
            Content = new FormUrlEncodedContent([new("license_key", _license.Key), new("identifier", "last")]),
        };
        if (isNamed)
            request.Headers.Add("Idempotency-Key", "k");
        return await _host.SendAsync(request, _host.ApiKey);
    }

    /// <summary>Acts just before an operation on the license. Reads alongside a commit are under way by then.</summary>
    private void BeforeTheNext(Func<StoreCall, bool> which, Func<Task> act)
    {
        var done = false;
        _store.Before = async call =>
        {
            if (call.Table == TableNames.Licenses && which(call) && !done)
            {
                done = true;
                await act();
            }
        };
    }

    private LicenseRequest Request() => new(_license.Key, null, new("none", 0), Admission.Under(Task.FromResult(true)));

    private Task<LicenseChange> ChangeAsync(LicenseStatus status) =>
        _other.Services.GetRequiredService<Licenses>().ChangeAsync(Request(), (license, _) => license with { Status = status });

    private Task<DomainReply> ActivateAsync(string domain) => _host.PostDomainAsync("/activate", _license.Key, domain);

    private Task<DomainReply> VerifyAsync() => _host.GetDomainAsync("/verify", _license.Key, "d.example");

    private async Task VerifySignedAsync(int code) => Assert.Equal(
        $"{code}", (await _host.PostAsync("/api/v1/verify", ("license_key", _license.Key), ("identifier", "d.example"))).Code);

    private async Task<VerificationTotals> TotalsAsync() =>
        (await _other.Services.GetRequiredService<Licenses>().ReadAnyAsync(Request())).Totals;

    private async Task<System.Text.Json.JsonElement> StatusAsync() =>
        (await _other.GetDomainAsync("/status", _license.Key)).Body.GetProperty("license");
}
