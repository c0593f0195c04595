using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>The row that counts a list counts what the list holds.</summary>
internal sealed class ListCountsCheck(CheckRun run) : ITableCheck
{
    private const string Name = "counts";
    private const int MostLooks = 10;

    private ShardCount _count = new();
    private ShardCount? _said;

    public ValueTask SeeAsync(Row row)
    {
        if (row.Key == ListingRows.Count)
            _said = ShardCount.From(row.Values);
        else
            Add(_count, row);
        return default;
    }

    public ValueTask EndAsync(string partition, bool isSound)
    {
        var (count, said) = (_count, _said ?? new());
        (_count, _said) = (new(), null);
        return isSound && Lists.IsCounted(partition) && !Same(count, said) ? run.LaterAsync(() => LookAgainAsync(partition)) : default;
    }

    /// <summary>The count changes with every row, so its ETag tells whether the list stood still while it was read.</summary>
    private async Task LookAgainAsync(string partition)
    {
        for (var i = 0; i < MostLooks; i++)
        {
            var before = await run.FindAsync(TableNames.Listing, partition, ListingRows.Count).ConfigureAwait(false);
            var count = new ShardCount();
            await foreach (var row in run.Store.ListAsync(new(TableNames.Listing, partition, ListingRows.Prefix), run.Cancel).ConfigureAwait(false))
                Add(count, row);
            var after = await run.FindAsync(TableNames.Listing, partition, ListingRows.Count).ConfigureAwait(false);
            if (before?.ETag != after?.ETag)
                continue;
            var said = ShardCount.From(after?.Values);
            if (!Same(count, said))
                await run.ReportAsync(Name, Lists.Shown(partition), $"it counts {said.Total(null)} licenses by status, there are {count.Total(null)}", () => MendAsync(partition, after, count)).ConfigureAwait(false);
            return;
        }
    }

    private Task<bool> MendAsync(string partition, Row? row, ShardCount count) => run.CommitAsync(
        TableNames.Listing, partition,
        row is null ? RowChange.Insert(ListingRows.Count, count.ToValues()) : RowChange.Replace(ListingRows.Count, count.ToValues(), row.ETag));

    private static void Add(ShardCount count, Row row)
    {
        if (row.Key.StartsWith(ListingRows.Prefix, StringComparison.Ordinal) && ListedLicense.From(row.Values) is { IsRemoved: false } listed)
            count.Move(listed.License.Id, null, listed.License.Status);
    }

    private static bool Same(ShardCount one, ShardCount other) => one.ToValues().SequenceEqual(other.ToValues());
}
