using LicenseFunctions.Checks;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
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
    private const string Contract = "contract_name=n&contract_information=i&product_id={product}&license_keys_quantity=20&status=active"
        + "&can_get_info=1&can_generate=1&can_destroy=1&can_destroy_all=1";

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

    [StoreFact]
    public async Task An_answered_assignment_is_not_given_back_by_the_attempt_that_was_overtaken()
    {
        await _host.AvailableAsync(_product, 5);
        Dictionary<string, string> fields = new() { ["product_id"] = $"{_product.Id}", ["quantity"] = "5" };
        var claims = 0;
        var later = OvertakeAt(
            call => call is { IsCommit: true, Table: TableNames.Licenses } && call.Key == LicenseRows.License && Interlocked.Increment(ref claims) > 3,
            "random-assign-license-keys", fields, () => Eventually.HoldsAsync(async () => await CountClaimedAsync() == 3));

        var first = await SendAsync(_host, "random-assign-license-keys", fields);

        var second = await later();
        second.ShouldBe(803, "License keys assigned");
        Assert.Equal(5, second.Response.GetProperty("license_keys").GetArrayLength());
        Assert.Equal(second.Decoded(), first.Decoded());
        Assert.Equal(5, await CountClaimedAsync());
        Assert.Equal(0, await _host.CountAvailableAsync(_product));
        await ShouldBeInOrderAsync();
    }

    [StoreFact]
    public async Task What_an_overtaken_attempt_has_claimed_besides_goes_back()
    {
        await _host.AvailableAsync(_product, 12);
        Dictionary<string, string> fields = new() { ["product_id"] = $"{_product.Id}", ["quantity"] = "5" };
        var later = OvertakeAt(
            call => call is { IsCommit: true, Table: TableNames.Licenses } && call.Key == LicenseRows.License, "random-assign-license-keys", fields);

        var first = await SendAsync(_host, "random-assign-license-keys", fields);

        var second = await later();
        second.ShouldBe(803, "License keys assigned");
        Assert.Equal(second.Decoded(), first.Decoded());
        Assert.Equal(5, await CountClaimedAsync());
        Assert.Equal(7, await _host.CountAvailableAsync(_product));
        await ShouldBeInOrderAsync();
    }

    [StoreFact]
    public async Task A_call_that_the_timer_has_given_back_is_not_answered_as_done()
    {
        await _host.AvailableAsync(_product, 5);
        var timer = new Lazy<Task>(async () =>
        {
            _othersClock.Advance(TimeSpan.FromMinutes(6));
            await _other.Services.GetRequiredService<RandomAssignment>().GiveBackOverdueAsync(default);
        });
        _store.Before = call => call is { IsCommit: true, Table: TableNames.Licenses } ? timer.Value : Task.CompletedTask;

        var answer = await _host.PostAsync("/api/v1/random-assign-license-keys", ("product_id", $"{_product.Id}"), ("quantity", "4"));

        Assert.Equal(503, answer.Status);
        Assert.Equal(0, await CountClaimedAsync());
        Assert.Equal(5, await _host.CountAvailableAsync(_product));
        Assert.DoesNotContain(await _host.AllRowsAsync(), row => row.Contains(" claim", StringComparison.Ordinal));
        await ShouldBeInOrderAsync();
    }

    [StoreTheory]
    [InlineData("create-product", 750, 1, "name=Other&description=d")]
    [InlineData("update-product", 650, 0, "product_id={product}&name=Renamed")]
    [InlineData("delete-product", 550, -1, "product_id={product}")]
    [InlineData("create-product-meta", 273, 0, "product_id={product}&key=new&value=1")]
    [InlineData("update-product-meta", 373, 0, "product_id={product}&key=old&value=2")]
    [InlineData("delete-product-meta", 482, 0, "product_id={product}&key=old")]
    [InlineData("create-contract", 841, 1, "contract_key=new&" + Contract)]
    [InlineData("update-contract", 842, 0, "contract_uuid={contract}&contract_key=moved&" + Contract)]
    [InlineData("delete-contract", 843, -1, "contract_uuid={contract}")]
    [InlineData("contracts/destroy", 1400, -1, "license_key={license}")]
    [InlineData("contracts/destroy-all", 1500, -2, "contract_uuid={contract}")]
    [InlineData("send-telemetry", 830, 1, "product_id={product}&data_type=text&data_group=g&text_data=x")]
    public async Task A_commit_that_lands_late_is_the_only_one(string endpoint, int code, int more, string fields)
    {
        var sent = await _host.FillInAsync(_product, fields);
        var before = await CountAsync();
        TaskCompletionSource mayLand = new(), hasLanded = new();
        Task<SignedReply>? later = null;
        _store.Before = async call =>
        {
            if (call.IsRenewal())
                throw new StorageUnavailableException("scripted");
            if (!IsTrace(call) || later is not null)
                return;
            later = SendAsync(_other, endpoint, sent);
            await mayLand.Task;
        };
        _othersStore.Before = async call =>
        {
            if (!IsTrace(call) || mayLand.Task.IsCompleted)
                return;
            mayLand.SetResult();
            await Eventually.HoldsAsync(async () => (await _host.AllRowsAsync()).Any(row => row.Contains(" trace.", StringComparison.Ordinal)));
        };

        await SendAsync(_host, endpoint, sent);

        Assert.Equal(code.ToString(System.Globalization.CultureInfo.InvariantCulture), (await later!).Code);
        Assert.Equal(before + more, await CountAsync());
        Assert.Equal((await later).Decoded(), (await SendAsync(_host, endpoint, sent)).Decoded());
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    private static bool IsTrace(StoreCall call) => call.IsCommit && call.Changes.Any(change => change.Key.StartsWith("trace.", StringComparison.Ordinal));

    /// <summary>From a moment on the first attempt stands still until another instance has answered; that answer.</summary>
    private Func<Task<SignedReply>> OvertakeAt(Func<StoreCall, bool> moment, string endpoint, Dictionary<string, string> fields, Func<Task>? ready = null)
    {
        var later = new Lazy<Task<SignedReply>>(async () =>
        {
            await (ready?.Invoke() ?? Task.CompletedTask);
            return await SendAsync(_other, endpoint, fields);
        });
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

    /// <summary>How much there is of what these calls make and delete.</summary>
    private async Task<int> CountAsync() =>
        (await _host.GetAsync("/api/v1/get-all-products")).Response.GetProperty("products").GetArrayLength()
        + (await _host.GetAsync("/api/v1/get-all-contracts")).Response.GetProperty("contracts").GetArrayLength()
        + await _host.Services.GetRequiredService<LicenseLists>().CountAsync(_product.Id, null, default)
        + (await _host.Services.GetRequiredService<Telemetry>().FindAsync(new(), default)).Count;

    private async Task<int> CountClaimedAsync()
    {
        var claimed = 0;
        await foreach (var row in Store.ListAsync(new(TableNames.Licenses, null), default))
            claimed += row.Key == LicenseRows.License && License.From(row.Values).Claim is not null ? 1 : 0;
        return claimed;
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
