namespace LicenseFunctions.Storage;

/// <summary>What <see cref="ITableStore.ReadAsync"/> answers, of a store that answers every read by itself.</summary>
internal static class SeparateReads
{
    public static async ValueTask<List<Row>> ReadAsync(ITableStore store, RowRange head, IReadOnlyList<string> rowKeys, CancellationToken cancel)
    {
        RowLimits.CheckHead(head);
        var list = head.Limit > 0 ? ListAsync(store, head, cancel) : null;
        var finds = new Task<Row?>[rowKeys.Count];
        for (var i = 0; i < finds.Length; i++)
            finds[i] = store.FindAsync(head.Table, head.Partition!, rowKeys[i], cancel).AsTask();
        var rows = list is null ? new(finds.Length) : await list.ConfigureAwait(false);
        foreach (var find in finds)
        {
            if (await find.ConfigureAwait(false) is { } row)
                rows.Add(row);
        }

        return rows;
    }

    private static async Task<List<Row>> ListAsync(ITableStore store, RowRange head, CancellationToken cancel)
    {
        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(head, cancel).ConfigureAwait(false))
            rows.Add(row);
        return rows;
    }
}
