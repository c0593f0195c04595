using LicenseFunctions.Checks;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Checks;

/// <summary>What the chaos rig has found: requests that died somewhere, after which the doctor was not content.</summary>
public sealed class DiedRequestsTests : IAsyncLifetime, IDisposable
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
    }

    [Fact]
    public async Task A_resumed_creation_lists_the_licenses_as_the_first_attempt_made_them()
    {
        await _host.GeneratorAsync(_product);
        var made = 0;
        _store.DiesAt = (table, _, _) => table == TableNames.Licenses && Interlocked.Increment(ref made) > 6;
        Assert.Equal(503, (await GenerateAsync()).Status);
        _store.Revive();
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("815", (await GenerateAsync()).Code);

        await ShouldBeInOrderAsync();
        Assert.Equal(15, await _host.CountAvailableAsync(_product));
    }

    [Fact]
    public async Task What_was_deleted_before_a_creation_was_resumed_is_listed_when_it_is_made_again()
    {
        await _host.GeneratorAsync(_product);
        var made = 0;
        _store.DiesAt = (table, _, _) => table == TableNames.Licenses && Interlocked.Increment(ref made) > 6;
        Assert.Equal(503, (await GenerateAsync()).Status);
        _store.Revive();
        var first = License.From((await _sqlite.ListAsync(new(TableNames.Licenses, null, LicenseRows.License), default).FirstAsync(row => row.Key == LicenseRows.License)).Values);
        Assert.Equal("850", (await _host.PostAsync("/api/v1/delete-license-key", ("license_key", first.Key))).Code);
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("815", (await GenerateAsync()).Code);

        await ShouldBeInOrderAsync();
        Assert.Equal(15, await _host.CountAvailableAsync(_product));
    }

    [Fact]
    public async Task A_job_whose_instance_died_when_it_was_done_leaves_nothing()
    {
        await _host.AvailableAsync(_product, 5);
        await _host.PostAsync("/api/v1/random-assign-license-keys-queued", ("product_id", $"{_product.Id}"), ("quantity", "3"));
        _store.DiesAt = (_, partition, changes) => partition.StartsWith("claim.", StringComparison.Ordinal) && changes[0].Kind == RowChangeKind.Delete;
        await _host.Services.GetRequiredService<QueuedAssignments>().RunDueAsync(default);
        Assert.True(_store.IsDead);
        _store.Revive();

        await _host.Services.GetRequiredService<AssignmentJobs>().RemoveNotesAsync(default);

        Assert.Equal(2, await _host.CountAvailableAsync(_product));
        await ShouldBeInOrderAsync();
        Assert.DoesNotContain(await _host.AllRowsAsync(), row => row.Contains(" claim", StringComparison.Ordinal) || row.Contains(" jobs ", StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _sqlite.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private Task<SignedReply> GenerateAsync()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/generate")
        {
            Content = new FormUrlEncodedContent([new("product_id", $"{_product.Id}"), new("quantity", "15")]),
        };
        request.Headers.Add("Idempotency-Key", "5d8a4b6e-0000-4000-8000-000000000001");
        return _host.SendAsync(request, _host.ApiKey);
    }

    private async Task ShouldBeInOrderAsync()
    {
        var findings = new List<Finding>();
        _clock.Advance(TimeSpan.FromMinutes(12));
        await _host.Services.GetRequiredService<CreationPlans>().FinishOverdueAsync(default);
        await _host.Services.GetRequiredService<StoreDoctor>().RunAsync(false, findings.Add, _ => { }, default);
        Assert.Equal([], findings);
    }
}
