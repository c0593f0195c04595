using System.Globalization;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.StoreProbe;

/// <summary>
/// Commits pairs of rows from several callers until the process is killed. Prints "caller number" once a commit was
/// answered: then both rows of the pair must hold that number or a later one, and the same.
/// </summary>
internal static class CommitUntilKilled
{
    public const int Callers = 8;

    public static async Task<int> RunAsync(string path, int seed, bool hurried)
    {
        // In a hurry the journal is applied and the log copied all the while, in many small steps: the kill comes between two of them.
        var pace = hurried ? new StorePace(2, 16, 4, TimeSpan.FromMilliseconds(1), 60) : StorePace.Default;
        var store = await SqliteTableStore.OpenAsync(path, TimeSpan.FromSeconds(8), pace, CancellationToken.None);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CommitAsync(store, output, caller, seed))));
        return 0;
    }

    private static async Task CommitAsync(SqliteTableStore store, StreamWriter output, int caller, int seed)
    {
        var random = new Random(seed + caller);
        // Callers with an odd number write usage rows, so that groups with and without a wait for the disk take turns.
        var (table, left, right) = caller % 2 == 0 ? (TableNames.Catalog, "a", "b") : (TableNames.Limits, "a", "b");
        for (long n = 1; ; n++)
        {
            var filler = new byte[random.Next(4000)];
            random.NextBytes(filler);
            var values = new RowValues { ["n"] = n, ["filler"] = filler };
            var partition = caller.ToString(CultureInfo.InvariantCulture);
            await store.CommitAsync(table, partition, [RowChange.Upsert(left, values), RowChange.Upsert(right, values)], default);
            lock (output)
                output.WriteLine($"{caller} {n}");
        }
    }
}
