using System.Runtime.CompilerServices;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What applications report of themselves: kept as it came, flagged where something about it is odd.</summary>
public sealed class Telemetry(ITableStore store, Downloads downloads, Ids ids, Traces traces, TimeProvider time)
{
    /// <summary>The most entries that are found at a time.</summary>
    public const int MostFound = 1000;

    /// <summary>The most characters of data that are found at a time; an answer holds them twice.</summary>
    public const int MostCharacters = 1_000_000;

    /// <summary>The most entries that are looked at to find those that match, the newest first.</summary>
    public const int MostRead = 50_000;

    private const int IdsAtOnce = 100;

    private readonly IdRun _ids = new(ids, "telemetry", IdsAtOnce);

    /// <summary>As below, for calls that do not name themselves.</summary>
    public Task<TelemetryEntry> SaveAsync(TelemetryEntry draft, Product? product, CancellationToken cancel) => SaveAsync(draft, product, null, cancel);

    /// <summary>Saves an entry; number, time and all flags but the format's are given here.</summary>
    /// <param name="draft">What was sent.</param>
    /// <param name="product">The product that was named, if there is such.</param>
    /// <param name="operation">Set when the request names itself: a resumed one has the number and time of the earlier one.</param>
    /// <param name="cancel">Cancels the wait until the first row is written.</param>
    /// <remarks>
    /// The entry's own row comes first, since its removal is what removes the copies. An entry whose copies could not be
    /// written was not answered; when it is sent again without a name it becomes an entry of its own.
    /// </remarks>
    public async Task<TelemetryEntry> SaveAsync(TelemetryEntry draft, Product? product, Operation? operation, CancellationToken cancel)
    {
        var stamp = StampAsync(operation, cancel);
        var license = draft.LicenseKey is { } key ? await FindLicenseAsync(key, cancel).ConfigureAwait(false) : null;
        var productId = product?.Id ?? license?.ProductId;
        var entry = (draft with
        {
            Id = (await stamp.ConfigureAwait(false)).Id,
            LicenseKeyExists = license is not null,
            ProductExists = product is not null,
            ProductVersionExists = draft.ProductVersion is { } version && productId is { } id
                && await downloads.HasVersionAsync(id, version, cancel).ConfigureAwait(false),
            CreatedAt = (await stamp.ConfigureAwait(false)).CreatedAt,
        }).Flagged();
        await InsertAsync(TelemetryRows.OwnPartition(entry), entry, cancel).ConfigureAwait(false);
        await Task.WhenAll(TelemetryRows.CopyPartitions(entry).Select(partition => InsertAsync(partition, entry, CancellationToken.None)))
            .ConfigureAwait(false);
        return entry;
    }

    /// <summary>Finds the newest entries that match, newest first, within the limits above.</summary>
    public async Task<IReadOnlyList<TelemetryEntry>> FindAsync(TelemetryFilter filter, CancellationToken cancel)
    {
        var partitions = TelemetryRows.PartitionsFor(filter);
        var page = Math.Max(MostFound / partitions.Count * 2, 100);
        var shards = partitions.Select(partition => ReadAsync(partition, page, cancel).GetAsyncEnumerator(cancel)).ToArray();
        try
        {
            var found = new List<TelemetryEntry>();
            var characters = 0;
            var read = 0;
            await foreach (var entry in MergeAsync(shards).ConfigureAwait(false))
            {
                if (filter.Matches(entry))
                {
                    characters += entry.Data.Length;
                    if (characters > MostCharacters && found.Count > 0)
                        break;
                    found.Add(entry);
                }

                if (found.Count == MostFound || ++read == MostRead)
                    break;
            }

            return found;
        }
        finally
        {
            foreach (var shard in shards)
                await shard.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The entries of all shards in one order, which is that of their row keys.</summary>
    private static async IAsyncEnumerable<TelemetryEntry> MergeAsync(IAsyncEnumerator<Row>[] shards)
    {
        var heads = new PriorityQueue<IAsyncEnumerator<Row>, string>(StringComparer.Ordinal);
        var filled = await Task.WhenAll(shards.Select(shard => shard.MoveNextAsync().AsTask())).ConfigureAwait(false);
        for (var i = 0; i < shards.Length; i++)
        {
            if (filled[i])
                heads.Enqueue(shards[i], shards[i].Current.Key);
        }

        while (heads.TryDequeue(out var shard, out _))
        {
            yield return TelemetryEntry.From(shard.Current.Values);
            if (await shard.MoveNextAsync().ConfigureAwait(false))
                heads.Enqueue(shard, shard.Current.Key);
        }
    }

    /// <summary>Reads a shard in pages of its share, since one page of each shard is in memory at once.</summary>
    private async IAsyncEnumerable<Row> ReadAsync(string partition, int page, [EnumeratorCancellation] CancellationToken cancel)
    {
        var range = new RowRange(TableNames.Telemetry, partition) { Limit = page };
        for (var read = page; read == page;)
        {
            read = 0;
            var from = range.From;
            await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
            {
                read++;
                // All keys are of one length, so this stands between the row's and the next.
                from = row.Key + "!";
                yield return row;
            }

            range = range with { From = from };
        }
    }

    /// <summary>The number and time of an entry: with them its rows have the same keys however often they are written.</summary>
    private async Task<(long Id, long CreatedAt)> StampAsync(Operation? operation, CancellationToken cancel)
    {
        if (await traces.FindAsync(Traces.Elsewhere, operation, cancel).ConfigureAwait(false) is { } trace)
            return (trace.GetNumber("id"), trace.GetNumber("created_at"));
        var id = await _ids.NextAsync(cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var left = await traces.LeaveAsync(Traces.Elsewhere, operation, new() { ["schema"] = 1, ["id"] = id, ["created_at"] = now }, cancel).ConfigureAwait(false);
        return left is null ? (id, now) : (left.GetNumber("id"), left.GetNumber("created_at"));
    }

    private async Task<License?> FindLicenseAsync(string licenseKey, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Licenses, LicenseRows.Partition(licenseKey), LicenseRows.License, cancel).ConfigureAwait(false);
        return row is null ? null : License.From(row.Values);
    }

    private Task<CommitResult> InsertAsync(string partition, TelemetryEntry entry, CancellationToken cancel) => store.CommitAsync(
        TableNames.Telemetry, partition, [RowChange.Insert(TelemetryRows.Key(entry.CreatedAt, entry.Id), entry.ToValues())], cancel).AsTask();
}
