using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class ResumedRequestsTests : ResumedRequestsContract;

[NeedsAzurite]
public sealed class ResumedRequestsOnAzureTablesTests : ResumedRequestsContract;

/// <summary>Requests with an Idempotency-Key whose first attempt dies half-way: the next one goes on from what it had made.</summary>
public abstract class ResumedRequestsContract : StoreSuite
{
    private const string Contract = "contract_name=n&contract_information=i&product_id={product}&license_keys_quantity=20&status=active"
        + "&can_get_info=1&can_generate=1&can_destroy=1&can_destroy_all=1";

    private readonly ManualTimeProvider _clock = new();
    private DyingStore _store = null!;
    private ApiHost _host = null!;
    private Product _product = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _store = new(Store);
        _host = await ApiHost.StartAsync(_store, time: _clock);
        _product = await _host.ProductAsync();
        await _host.GeneratorAsync(_product);
    }

    [StoreTheory]
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
    }

    [StoreFact]
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
    }

    [StoreTheory]
    [InlineData("create-product", 750, "name=Other&description=d")]
    [InlineData("update-product", 650, "product_id={product}&name=Renamed")]
    [InlineData("delete-product", 550, "product_id={product}")]
    [InlineData("create-product-meta", 273, "product_id={product}&key=new&value=1")]
    [InlineData("update-product-meta", 373, "product_id={product}&key=old&value=2")]
    [InlineData("delete-product-meta", 482, "product_id={product}&key=old")]
    [InlineData("create-contract", 841, "contract_key=new&" + Contract)]
    [InlineData("update-contract", 842, "contract_uuid={contract}&contract_key=moved&" + Contract)]
    [InlineData("delete-contract", 843, "contract_uuid={contract}")]
    [InlineData("contracts/destroy", 1400, "license_key={license}")]
    [InlineData("contracts/destroy-all", 1500, "contract_uuid={contract}")]
    [InlineData("create-license-keys", 900, "product_id={product}&license_keys=[\"A\",\"B\"]")]
    [InlineData("send-telemetry", 830, "product_id={product}&data_type=text&data_group=g&text_data=x")]
    public async Task What_was_done_when_the_first_attempt_died_is_answered_as_done(string endpoint, int code, string fields)
    {
        var sent = await _host.FillInAsync(_product, fields);
        DieBeforeTheAnswerIsKept();
        Assert.Equal(503, (await SendAsync(endpoint, sent)).Status);
        _store.Revive();
        var after = await CountsAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));

        var resumed = await SendAsync(endpoint, sent);
        var repeated = await SendAsync(endpoint, sent);

        Assert.Equal(code.ToString(System.Globalization.CultureInfo.InvariantCulture), resumed.Code);
        Assert.Equal(resumed.Decoded(), repeated.Decoded());
        Assert.Equal(after, await CountsAsync());
        _clock.Advance(TimeSpan.FromHours(27));
        await _host.Services.GetRequiredService<Traces>().RemoveOldAsync(CancellationToken.None);
        Assert.DoesNotContain(await _host.AllRowsAsync(), row => row.Contains(" trace.", StringComparison.Ordinal));
    }

    [StoreTheory]
    [InlineData("create-contract", 825, "contract_key={contract}&" + Contract)]
    [InlineData("create-product-meta", 272, "product_id={product}&key=old&value=1")]
    [InlineData("delete-product-meta", 481, "product_id={product}&key=none")]
    [InlineData("delete-contract", 844, "contract_uuid=none")]
    [InlineData("delete-product", 551, "product_id=77")]
    [InlineData("contracts/destroy", 1401, "license_key=none")]
    public async Task What_was_so_before_the_first_attempt_is_not_taken_for_its_work(string endpoint, int code, string fields)
    {
        var sent = await _host.FillInAsync(_product, fields);
        DieBeforeTheAnswerIsKept();
        Assert.Equal(503, (await SendAsync(endpoint, sent)).Status);
        _store.Revive();
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(code.ToString(System.Globalization.CultureInfo.InvariantCulture), (await SendAsync(endpoint, sent)).Code);
    }

    [StoreFact]
    public async Task A_contract_is_answered_as_the_first_attempt_made_it_though_another_call_has_changed_it()
    {
        var sent = await _host.FillInAsync(_product, "contract_key=new&" + Contract);
        DieBeforeTheAnswerIsKept();
        await SendAsync("create-contract", sent);
        _store.Revive();
        Assert.Equal("842", (await _host.PostAsync("/api/v1/update-contract", [.. sent.Select(field => (field.Key, field.Key == "contract_name" ? "Other" : field.Value))])).Code);
        _clock.Advance(TimeSpan.FromMinutes(2));

        var resumed = await SendAsync("create-contract", sent);

        resumed.ShouldBe(841, "contract created");
        Assert.Equal("n", resumed.Response.GetProperty("contract").GetProperty("name").GetString());
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>How much there is of what these calls make and delete.</summary>
    private async Task<(int Products, int Contracts, int Available, int Telemetry)> CountsAsync() => (
        (await _host.GetAsync("/api/v1/get-all-products")).Response.GetProperty("products").GetArrayLength(),
        (await _host.GetAsync("/api/v1/get-all-contracts")).Response.GetProperty("contracts").GetArrayLength(),
        await _host.Services.GetRequiredService<LicenseFunctions.Licensing.Listing.LicenseLists>().CountAsync(_product.Id, null, CancellationToken.None),
        (await _host.Services.GetRequiredService<Telemetry>().FindAsync(new(), CancellationToken.None)).Count);

    private void DieBeforeTheAnswerIsKept() => _store.DiesAt = (table, _, changes) =>
        table == TableNames.Idempotency && changes[0].Key.StartsWith("response.", StringComparison.Ordinal);

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
