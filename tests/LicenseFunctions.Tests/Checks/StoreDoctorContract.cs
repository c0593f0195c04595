using LicenseFunctions.Checks;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Checks;

/// <summary>What the doctor finds, on each kind of store.</summary>
public abstract class StoreDoctorContract
{
    private int _rounds;

    private protected abstract Task<ITableStore> NewStoreAsync();

    [StoreFact]
    public async Task Every_planted_defect_is_found_and_mended_where_it_can_be_derived()
    {
        var time = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(await NewStoreAsync(), time: time);
        var sick = await new Sick(host, time).FillAsync();
        Assert.Equal([], await ExamineAsync(host));

        foreach (var defect in Defects.All)
        {
            await defect.PlantAsync(sick);

            var found = await ExamineAsync(host);
            Assert.True(found.Exists(each => each.Check == defect.Check), $"{defect.Name}: {string.Join("; ", found)}");
            Assert.True(defect.Findings == 0 || defect.Findings == found.Count, $"{defect.Name}: {string.Join("; ", found)}");
            Assert.DoesNotContain(found, each => each.IsMended || each.ToString().Contains(sick.License.Key, StringComparison.Ordinal));

            var mended = await ExamineAsync(host, mends: true);
            Assert.True(mended.TrueForAll(each => each.IsMended == (defect.UndoAsync is null) || each.Check != defect.Check), $"{defect.Name}: {string.Join("; ", mended)}");
            await (defect.UndoAsync?.Invoke(sick) ?? Task.CompletedTask);
            if (defect.UndoAsync is not null)
                await ExamineAsync(host, mends: true);
            var left = await ExamineAsync(host);
            Assert.True(left.Count == 0, $"{defect.Name}: {string.Join("; ", left)}");
        }

        Assert.Equal(2, (await host.LicenseOfAsync(sick.License.Key))!.ActiveCount + 1);
    }

    /// <summary>Requests of all kinds go on while it looks, and while it would mend.</summary>
    [StoreFact]
    public async Task A_busy_store_is_well()
    {
        await using var host = await ApiHost.StartAsync(await NewStoreAsync(), settings: [("RateLimits:LicensePerMinute", "0")]);
        var product = await host.ProductAsync();
        var licenses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.LicenseAsync(product)));
        using var stop = new CancellationTokenSource();
        var callers = licenses.Select((license, i) => Task.Run(() => UseAsync(host, product, license, i, stop.Token))).ToArray();

        var findings = new List<Finding>();
        var looks = 0;
        await Eventually.HoldsAsync(async () =>
        {
            findings.AddRange(await ExamineAsync(host, mends: looks % 2 == 1));
            return ++looks >= 6 && _rounds >= 40;
        });
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        Assert.Equal([], findings);
        Assert.Equal([], await ExamineAsync(host));
    }

    private static async Task<List<Finding>> ExamineAsync(ApiHost host, bool mends = false)
    {
        var findings = new List<Finding>();
        var summary = await host.Services.GetRequiredService<StoreDoctor>().RunAsync(mends, findings.Add, _ => { }, default);
        Assert.Equal((findings.Count, findings.Count(each => each.IsMended)), (summary.Found, summary.Mended));
        return findings;
    }

    private async Task UseAsync(ApiHost host, Product product, License license, int caller, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var key = $"BUSY-{caller}-{i}";
            await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", $"m{i % 7}"));
            await host.PostAsync("/api/v1/create-license-keys", ("product_id", $"{product.Id}"), ("license_keys[]", key), ("status", "available"));
            await host.PostAsync("/api/v1/assign-and-activate-license-key", ("license_key", key), ("identifier", "x"), ("email", $"o{i % 3}@example.com"));
            await host.PostAsync("/api/v1/create-license-key-meta", ("license_key", license.Key), ("key", $"k{i % 5}"), ("value", "v"));
            await host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("owner_email", $"o{i % 3}@example.com"));
            await host.PostAsync("/api/v1/deactivate", ("license_key", license.Key), ("identifier", $"m{(i + 3) % 7}"));
            await host.PostAsync("/api/v1/delete-license-key-meta", ("license_key", license.Key), ("key", $"k{i % 5}"));
            if (i % 2 == 0)
                await host.PostAsync("/api/v1/delete-license-key", ("license_key", key));
            Interlocked.Increment(ref _rounds);
        }
    }
}

#pragma warning disable CA1001 // The runner disposes it asynchronously.
public sealed class StoreDoctorOnSqliteTests : StoreDoctorContract, IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly TemporaryFolder _folder = new();
    private SqliteTableStore _store = null!;

    public async Task InitializeAsync() => _store = await SqliteTableStore.OpenAsync(_folder["licenses.db"], CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    // Its own, since the host's would not let anybody change a license without its usage row.
    private protected override Task<ITableStore> NewStoreAsync() => Task.FromResult<ITableStore>(_store);
}

[NeedsAzurite]
public sealed class StoreDoctorOnAzureTablesTests : StoreDoctorContract
{
    private protected override async Task<ITableStore> NewStoreAsync() => await Azurite.NewStoreAsync();
}
