using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>All rows of a store, for telling that nothing changed.</summary>
public static class StoreRows
{
    /// <summary>A line for each row of every table, with its ETag.</summary>
    public static async Task<IReadOnlyList<string>> AllRowsAsync(this ApiHost host, params string[] except)
    {
        var rows = new List<string>();
        foreach (var table in TableNames.All.Except(except))
        {
            await foreach (var row in host.Store.ListAsync(new(table, null), CancellationToken.None))
                rows.Add($"{table} {row.Partition} {row.Key} {row.ETag}");
        }

        return rows;
    }

    /// <summary>As above, without the rows that count: what is left changes only when the business does.</summary>
    public static async Task<IReadOnlyList<string>> BusinessRowsAsync(this ApiHost host) =>
        [.. (await host.AllRowsAsync(except: TableNames.Limits)).Where(row => !row.Contains(" license.usage ", StringComparison.Ordinal))];
}
