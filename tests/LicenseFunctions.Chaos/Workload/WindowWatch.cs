using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>
/// Looks at the windows of the store now and then and puts what they hold together: the instants at which requests were
/// admitted, over the whole run. In no 60 seconds of them may there be more than the limit.
/// </summary>
internal sealed class WindowWatch(ITableStore store, Ledger ledger)
{
    private readonly Dictionary<(string Window, int Limit), SortedDictionary<long, int>> _seen = [];

    public static string Hammered => "HAMMERED";

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var usage = await store.FindAsync(TableNames.Licenses, LicenseRows.Partition(Hammered), LicenseRows.Usage, cancel);
        foreach (var (name, value) in usage?.Values ?? RowValues.Empty)
        {
            if (value.AsBinary() is { } packed)
                See(name, Bed.DomainVerifyLimit, packed);
        }

        await foreach (var row in store.ListAsync(new(TableNames.Limits, null), cancel))
        {
            if (row.Values.GetBinary("instants") is { } packed)
                See(row.Partition[..12], Bed.ApiKeyLimit, packed);
        }
    }

    public async Task WatchAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stop);
                await Task.Delay(2000, stop);
            }
            catch (Exception e) when (e is OperationCanceledException or StorageUnavailableException)
            {
                // The next look sees what this one would have.
            }
        }
    }

    public void Verify()
    {
        foreach (var ((window, limit), instants) in _seen)
        {
            var (total, most) = (0L, 0);
            var inside = new Queue<(long At, int Count)>();
            var count = 0;
            foreach (var (at, number) in instants)
            {
                inside.Enqueue((at, number));
                count += number;
                total += number;
                while (at - inside.Peek().At >= RollingWindow.LengthMs)
                    count -= inside.Dequeue().Count;
                most = Math.Max(most, count);
            }

            ledger.Count("window instants", (int)total);
            ledger.Most($"most in any 60 s, limit {limit}", most);
            if (most > limit)
                ledger.Violate($"window {window} admitted {most} in 60 seconds, its limit is {limit}");
        }
    }

    /// <summary>An instant may stand in a window several times, and be seen several times.</summary>
    private void See(string window, int limit, byte[] packed)
    {
        if (!_seen.TryGetValue((window, limit), out var seen))
            _seen[(window, limit)] = seen = [];
        foreach (var instant in RollingWindow.Instants(packed).GroupBy(each => each))
            seen[instant.Key] = Math.Max(seen.GetValueOrDefault(instant.Key), instant.Count());
    }
}

/// <summary>Fills one license's window all the time, through every process.</summary>
internal sealed class Hammer(Caller caller, Ledger ledger) : IActor
{
    public async Task ActAsync()
    {
        var reply = await caller.GetAsync($"/verify?license_key={WindowWatch.Hammered}&domain=nobody.example");
        if (reply is { Status: 200 })
            ledger.Count("hammered, admitted");
        else if (reply is { Status: not 429 })
            ledger.Violate($"the hammered license answered {reply.Status}");
    }

    public Task VerifyAsync(IServiceProvider services) => Task.CompletedTask;
}
