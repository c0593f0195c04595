using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>
/// Three stores on one file against a model in memory: whoever changed a row last, and whoever writes it to its page
/// meanwhile, each store sees each row as it is, and decides on that. STORE_SEEDS runs more seeds.
/// </summary>
public sealed class SharedJournalTests : IAsyncLifetime
{
    private static readonly string[] Keys = ["license", "license.usage", "usage.a", "usage.b", "usage.c"];

    private readonly StoreFolder _folder = new();
    private readonly Dictionary<(string Partition, string Key), (long Number, string ETag)> _model = [];
    private readonly SqliteTableStore?[] _stores = new SqliteTableStore?[3];

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("STORE_SEEDS"), out var seeds) ? seeds : 4)];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Stores_on_one_file_never_show_an_old_row_and_never_lose_a_change(int seed)
    {
        var random = new Random(seed);
        for (var n = 1; n <= 400; n++)
        {
            var at = random.Next(_stores.Length);
            var store = _stores[at] ??= await _folder.OpenAsync(pace: Pace(random));
            var partition = $"p{random.Next(3)}";
            switch (random.Next(20))
            {
                case 0:
                    await store.DisposeAsync();
                    _stores[at] = null;
                    break;
                case 1:
                    await CompareAsync(store, null, "", random);
                    break;
                case 2 when random.Next(6) == 0:
                    await CompareCopyAsync($"copy-{n}.db", random);
                    break;
                case < 5:
                    await CompareAsync(store, partition, random.Next(2) == 0 ? "" : "usage.", random);
                    break;
                case < 9:
                    await FindAsync(store, partition, Keys[random.Next(Keys.Length)]);
                    break;
                default:
                    await ChangeAsync(store, partition, n, random);
                    break;
            }
        }

        foreach (var store in _stores.OfType<SqliteTableStore>())
            await store.DisposeAsync();
        await CompareAsync(await _folder.OpenAsync(), null, "", random);
    }

    /// <summary>Some stores hurry to apply the journal, others never do; all copy the log again and again.</summary>
    private static StorePace Pace(Random random) =>
        new(
            1 + random.Next(3), random.Next(12), 1 + random.Next(3), random.Next(3) == 0 ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(random.Next(3)),
            5 + random.Next(20));

    private async Task FindAsync(SqliteTableStore store, string partition, string key)
    {
        var row = await store.FindAsync(TableNames.Licenses, partition, key, default);
        Assert.Equal(
            _model.TryGetValue((partition, key), out var expected) ? expected : null,
            row is null ? null : ((long, string)?)(row.Values.GetNumber("n"), row.ETag));
    }

    private async Task ChangeAsync(SqliteTableStore store, string partition, int n, Random random)
    {
        // Mostly usage rows alone, as verifications are.
        var keys = random.GetItems(random.Next(4) == 0 ? Keys : Keys[1..], 1 + random.Next(3)).Distinct().ToArray();
        var conflict = -1;
        var changes = keys.Select(key => Change(partition, key, n, random)).ToArray();
        for (var i = changes.Length - 1; i >= 0; i--)
            conflict = Holds(partition, changes[i]) ? conflict : i;

        var result = await store.CommitAsync(TableNames.Licenses, partition, changes, default);

        Assert.Equal(conflict < 0, result.Committed);
        for (var i = 0; i < changes.Length && result.Committed; i++)
        {
            _model.Remove((partition, changes[i].Key));
            if (changes[i].Kind != RowChangeKind.Delete)
                _model.Add((partition, changes[i].Key), (n, result.ETags[i]));
        }
    }

    private RowChange Change(string partition, string key, int n, Random random)
    {
        var etag = _model.TryGetValue((partition, key), out var row) && random.Next(12) > 0 ? row.ETag : random.Next(2) == 0 ? RowChange.AnyETag : "7";
        var values = new RowValues { ["n"] = n, ["filler"] = new byte[random.Next(300)] };
        return random.Next(8) switch
        {
            < 2 => RowChange.Insert(key, values),
            < 5 => RowChange.Replace(key, values, etag),
            5 => RowChange.Upsert(key, values),
            _ => RowChange.Delete(key, etag),
        };
    }

    private bool Holds(string partition, RowChange change)
    {
        var exists = _model.TryGetValue((partition, change.Key), out var row);
        return change.Kind switch
        {
            RowChangeKind.Upsert => true,
            RowChangeKind.Insert => !exists,
            _ => exists && (change.ETag == RowChange.AnyETag || change.ETag == row.ETag),
        };
    }

    /// <summary>What a process that was killed at this instant would have left.</summary>
    private async Task CompareCopyAsync(string name, Random random)
    {
        var copy = Path.Combine(_folder.Folder, name);
        await StoreBackup.WriteAsync(_folder.Path, copy, null, default);
        await using var store = await SqliteTableStore.OpenAsync(copy, default);
        await CompareAsync(store, null, "", random);
    }

    private async Task CompareAsync(SqliteTableStore store, string? partition, string prefix, Random random)
    {
        var range = new RowRange(TableNames.Licenses, partition, prefix) { Limit = random.Next(3) == 0 ? 1 + random.Next(4) : null };
        var listed = new List<(string, string, long, string)>();
        await foreach (var row in store.ListAsync(range, default))
            listed.Add((row.Partition, row.Key, row.Values.GetNumber("n"), row.ETag));
        var expected = _model.Where(row => (partition is null || row.Key.Partition == partition) && row.Key.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(row => row.Key.Partition, StringComparer.Ordinal).ThenBy(row => row.Key.Key, StringComparer.Ordinal)
            .Select(row => (row.Key.Partition, row.Key.Key, row.Value.Number, row.Value.ETag)).Take(range.Limit ?? int.MaxValue);
        Assert.Equal(expected, listed);
    }
}
