using LicenseFunctions.Checks;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>Requests with an Idempotency-Key whose first attempt dies half-way: the next one goes on from what it had made.</summary>
public sealed class ResumedStockRequestsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private SqliteTableStore _sqlite = null!;
    private DyingStore _store = null!;
    private ApiHost _host = null!;
    private Product _product = null!;

    public async Task InitializeAsync()
    {
        _sqlite = await SqliteTableStore.OpenAsync(_folder["licenses.db"], CancellationToken.None);
        _store = new(_sqlite);
        _host = await ApiHost.StartAsync(_store, time: _clock);
        _product = await _host.ProductAsync();
        await _host.GeneratorAsync(_product);
    }

    [Theory]
    [InlineData("generate", "licenseKeys")]
    [InlineData("contracts/generate", "license_keys")]
    public async Task Keys_are_made_once(string endpoint, string field)
    {
        var contract = await _host.ContractAsync(_product, 20);
        Dictionary<string, string> fields = new() { ["product_id"] = $"{_product.Id}", ["contract_uuid"] = contract.Key, ["quantity"] = "15" };
        DieAfter(6);
        Assert.Equal(503, (await SendAsync(endpoint, fields)).Status);
        _store.Revive();
        _clock.Advance(TimeSpan.FromMinutes(20));

        var resumed = await SendAsync(endpoint, fields);
        var repeated = await SendAsync(endpoint, fields);

        Assert.Equal(200, resumed.Status);
        Assert.Equal(15, resumed.Response.GetProperty(field).EnumerateArray().Select(key => key.GetString()).Distinct().Count());
        Assert.Equal(resumed.Decoded(), repeated.Decoded());
        Assert.Equal(15, await _host.CountAvailableAsync(_product));
        Assert.Equal("1300", (await _host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", endpoint == "generate" ? "20" : "5"))).Code);
        Assert.Equal("1205", (await _host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "1"))).Code);
        await ShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Licenses_are_assigned_once()
    {
        await _host.AvailableAsync(_product, 40);
        Dictionary<string, string> fields = new() { ["product_id"] = $"{_product.Id}", ["quantity"] = "15" };
        DieAfter(6);
        Assert.Equal(503, (await SendAsync("random-assign-license-keys", fields)).Status);
        _store.Revive();
        _clock.Advance(TimeSpan.FromMinutes(20));
        await _host.Services.GetRequiredService<LicenseFunctions.Licensing.Claiming.RandomAssignment>().GiveBackOverdueAsync(CancellationToken.None);

        var resumed = await SendAsync("random-assign-license-keys", fields);
        var repeated = await SendAsync("random-assign-license-keys", fields);
        await _host.Services.GetRequiredService<LicenseFunctions.Licensing.Listing.LicenseOutbox>().ReplayOverdueAsync(CancellationToken.None);

        resumed.ShouldBe(803, "License keys assigned");
        Assert.Equal(15, resumed.Response.GetProperty("license_keys").GetArrayLength());
        Assert.Equal(resumed.Decoded(), repeated.Decoded());
        Assert.Equal(25, await _host.CountAvailableAsync(_product));
        _clock.Advance(TimeSpan.FromHours(30));
        await _host.Services.GetRequiredService<LicenseFunctions.Licensing.Claiming.RandomAssignment>().GiveBackOverdueAsync(CancellationToken.None);
        Assert.Equal(25, await _host.CountAvailableAsync(_product));
        Assert.DoesNotContain(await _host.AllRowsAsync(), row => row.Contains(" claim", StringComparison.Ordinal));
        await ShouldBeInOrderAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _sqlite.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The lists tell of the licenses as the first attempt made them, and nothing is left of it.</summary>
    private async Task ShouldBeInOrderAsync()
    {
        var findings = new List<Finding>();
        await _host.Services.GetRequiredService<CreationPlans>().FinishOverdueAsync(default);
        await _host.Services.GetRequiredService<LicenseFunctions.Limits.IdempotencyKeys>().RemoveExpiredAsync(default);
        await _host.Services.GetRequiredService<StoreDoctor>().RunAsync(false, findings.Add, _ => { }, default);
        Assert.Equal([], findings);
    }

    private void DieAfter(int changes)
    {
        var made = 0;
        _store.DiesAt = (table, _, _) => table == TableNames.Licenses && Interlocked.Increment(ref made) > changes;
    }

    private Task<SignedReply> SendAsync(string endpoint, Dictionary<string, string> fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{endpoint}") { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Idempotency-Key", "5d8a4b6e-0000-4000-8000-000000000001");
        return _host.SendAsync(request, _host.ApiKey);
    }
}
