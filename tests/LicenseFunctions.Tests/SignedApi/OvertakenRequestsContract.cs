using LicenseFunctions.Checks;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class OvertakenRequestsTests : OvertakenRequestsContract;

[NeedsAzurite]
public sealed class OvertakenRequestsOnAzureTablesTests : OvertakenRequestsContract;

/// <summary>
/// Requests with an Idempotency-Key whose first attempt is only thought dead: it stands still in the very moment that matters,
/// another instance, whose clock is ahead, takes over, and then it goes on.
/// </summary>
public abstract class OvertakenRequestsContract : StoreSuite
{
    private static readonly DateTimeOffset _start = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new(_start);
    private readonly ManualTimeProvider _othersClock = new(_start + TimeSpan.FromMinutes(2));
    private CountingStore _store = null!;
    private CountingStore _othersStore = null!;
    private ApiHost _host = null!;
    private ApiHost _other = null!;
    private Product _product = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (_store, _othersStore) = (new(Store), new(Store));
        _host = await ApiHost.StartAsync(_store, time: _clock);
        _other = await ApiHost.StartAsync(_othersStore, time: _othersClock);
        _product = await _host.ProductAsync();
        await _host.GeneratorAsync(_product);
    }

    [StoreTheory]
    [InlineData("generate", "licenseKeys", false)]
    [InlineData("generate", "licenseKeys", true)]
    [InlineData("contracts/generate", "license_keys", false)]
    [InlineData("contracts/generate", "license_keys", true)]
    public async Task Two_attempts_make_the_keys_of_one_plan(string endpoint, string field, bool hasPlan)
    {
        var contract = await _host.ContractAsync(_product, 20);
        Dictionary<string, string> fields = new() { ["product_id"] = $"{_product.Id}", ["contract_uuid"] = contract.Key, ["quantity"] = "15" };
        var later = OvertakeAt(
            call => call.IsCommit && (hasPlan ? call is { Table: TableNames.Licenses, Key: LicenseRows.License } : call.Partition == "plans"), endpoint, fields);

        var first = await SendAsync(_host, endpoint, fields);

        var second = await later();
        Assert.Equal(200, second.Status);
        Assert.Equal(15, second.Response.GetProperty(field).EnumerateArray().Select(key => key.GetString()).Distinct().Count());
        Assert.Equal(second.Decoded(), first.Decoded());
        Assert.Equal(15, await _host.CountAvailableAsync(_product));
        await ShouldBeInOrderAsync();
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>From a moment on the first attempt stands still until another instance has answered; that answer.</summary>
    private Func<Task<SignedReply>> OvertakeAt(Func<StoreCall, bool> moment, string endpoint, Dictionary<string, string> fields)
    {
        var later = new Lazy<Task<SignedReply>>(() => SendAsync(_other, endpoint, fields));
        _store.Before = call => call.IsRenewal() ? throw new StorageUnavailableException("scripted")
            : moment(call) ? later.Value : Task.CompletedTask;
        return () => later.Value;
    }

    private Task<SignedReply> SendAsync(ApiHost host, string endpoint, Dictionary<string, string> fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{endpoint}") { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Idempotency-Key", "5d8a4b6e-0000-4000-8000-000000000001");
        return host.SendAsync(request, _host.ApiKey);
    }

    private async Task ShouldBeInOrderAsync()
    {
        var findings = new List<Finding>();
        _clock.Advance(TimeSpan.FromMinutes(12));
        await _host.Services.GetRequiredService<CreationPlans>().FinishOverdueAsync(default);
        await _host.Services.GetRequiredService<LicenseOutbox>().ReplayOverdueAsync(default);
        await _host.Services.GetRequiredService<StoreDoctor>().RunAsync(false, findings.Add, _ => { }, default);
        Assert.Equal([], findings);
    }
}
