using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.StoreProbe;

/// <summary>
/// Adds to rows that other processes add to as well: each addition reads a row and replaces it under its ETag. One in eight
/// is made together with a row that is no usage. Prints how many were made.
/// </summary>
internal static class Count
{
    private const int Callers = 4;

    public static async Task<int> RunAsync(string path, int times)
    {
        var pace = new StorePace(2, 16, 4, TimeSpan.FromMilliseconds(20), 30);
        await using var store = await SqliteTableStore.OpenAsync(path, TimeSpan.FromSeconds(8), pace, CancellationToken.None);
        Console.WriteLine("ready");
        Console.ReadLine();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AddAsync(store, caller, times))));
        Console.WriteLine($"{Callers * times} made");
        return 0;
    }

    private static async Task AddAsync(SqliteTableStore store, int caller, int times)
    {
        for (var made = 0; made < times;)
        {
            var key = $"usage.{(made + caller) % 3}";
            var row = await store.FindAsync(TableNames.Licenses, "p", key, default);
            var values = new RowValues { ["n"] = (row?.Values.GetNumber("n") ?? 0) + 1 };
            var change = row is null ? RowChange.Insert(key, values) : RowChange.Replace(key, values, row.ETag);
            RowChange[] changes = made % 8 == 0 ? [RowChange.Upsert("license", []), change] : [change];
            if ((await store.CommitAsync(TableNames.Licenses, "p", changes, default)).Committed)
                made++;
        }
    }
}
