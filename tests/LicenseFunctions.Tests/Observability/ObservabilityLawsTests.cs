using System.Diagnostics;
using LicenseFunctions.Functions;
using LicenseFunctions.Licensing;
using LicenseFunctions.Observability;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Observability;

/// <summary>What holds for all that is measured.</summary>
public sealed class ObservabilityLawsTests
{
    private const string Secret = "Ada.Lovelace@example.com";

    [Fact]
    public async Task The_meters_are_those_of_the_documentation_and_hold_nothing_that_a_caller_sent()
    {
        await using var metered = await MeteredHost.StartAsync(("RateLimits:DomainStatusPerMinute", "1"));
        var license = await metered.Host.LicenseAsync(each => each with { OwnerEmail = Secret });
        await metered.Host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "secret.example"));
        await metered.Host.GetDomainAsync("/status", license.Key);
        await metered.Host.GetDomainAsync("/status", license.Key);
        metered.Store.DiesAt = (_, _, _) => true;
        await metered.Host.Http.GetAsync($"/verify?license_key={license.Key}&domain=secret.example");
        metered.Store.Revive();
        await ActivatorUtilities.CreateInstance<FinishChanges>(metered.Host.Services).Run(new TimerInfo(), default);
        metered.Host.Services.GetRequiredService<Meters>().CountWebhook("delivered");
        metered.Host.Services.GetRequiredService<Meters>().CountDeadLetter();

        var seen = metered.Readings.Read().GroupBy(each => each.Instrument)
            .ToDictionary(each => each.Key, each => each.SelectMany(reading => reading.Tags.Keys).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            OperationsManual.Metrics(),
            metered.Readings.Units.Select(each => (each.Key, each.Value, string.Join(' ', seen[each.Key]))).Order());
        var shown = string.Join('\n', metered.Readings.Read().SelectMany(each => each.Tags.Values)
            .Concat(metered.Spans.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Value}").Append(span.DisplayName))));
        string[] sent = [license.Key, LicenseRows.Hash(license.Key), LicenseRows.Hash(license.Key)[..12], Secret, "secret.example", metered.Host.ApiKey, LicenseRows.Hash(metered.Host.ApiKey)[..12], "192.0.2.1"];
        Assert.All(sent, each => Assert.DoesNotContain(each, shown, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_measured_and_no_span_is_made()
    {
        Activity? seen = null;
        await using var metered = await Metered.StartAsync();
        var meters = metered.Host.Services.GetRequiredService<Meters>();
        var store = new MeteredStore(new WatchingStore(() => seen ??= Activity.Current), "sqlite", meters);

        // Once before, for what the first call of all costs.
        await store.FindAsync("licenses", "p", "r", default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var listens = meters.WatchesRequests | meters.WatchesStore | meters.WatchesOutbox;
        for (var i = 0; i < 100; i++)
            await store.FindAsync("licenses", "p", "r", default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.False(listens);
        Assert.Equal(0, allocated);
        await metered.Host.GetDomainAsync("/verify", metered.License.Key, "d.example");
        Assert.Null(seen);
    }

    private sealed class WatchingStore(Action see) : ITableStore
    {
        public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
        {
            see();
            return default;
        }

        public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
