using LicenseFunctions.Moving;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

public sealed class PatientStoreTests : IAsyncLifetime, IDisposable
{
    private const string Table = TableNames.Audit;

    private readonly TemporaryFolder _folder = new();
    private readonly SkippingTimeProvider _time = new();
    private readonly List<string> _told = [];
    private SqliteTableStore _store = null!;

    public async Task InitializeAsync() => _store = await SqliteTableStore.OpenAsync(_folder["licenses.db"], default);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, "", null, null, 9)]
    [InlineData(null, "k2", null, null, 3)]
    [InlineData(null, "", null, 5, 5)]
    [InlineData(null, "", "a", null, 6)]
    [InlineData("b", "", null, null, 3)]
    [InlineData("b", "k", "k2", 1, 1)]
    public async Task A_listing_that_breaks_off_anywhere_goes_on_with_the_next_row(string? partition, string prefix, string? after, int? limit, int count)
    {
        foreach (var each in (string[])["a", "b", "c"])
            await _store.CommitAsync(Table, each, [.. Enumerable.Range(1, 3).Select(i => RowChange.Insert($"k{i}", new()))], default);
        var range = new RowRange(Table, partition, prefix)
        {
            Limit = limit,
            From = partition is null ? null : after,
            AfterPartition = partition is null ? after : null,
        };
        var expected = await KeysAsync(_store, range);
        Assert.Equal(count, expected.Count);

        for (var at = 1; at <= expected.Count + 2; at++)
        {
            var asked = 0;
            // Twice in a row, so that it also breaks off where it has just gone on.
            var unsteady = new UnsteadyStore(_store, () => Interlocked.Increment(ref asked) is var n && (n == at || n == at + 1));
            Assert.Equal(expected, await KeysAsync(Patient(unsteady), range));
            Assert.InRange(unsteady.Faults, limit is null ? 1 : 0, 2);
        }
    }

    [Fact]
    public async Task A_commit_that_went_through_unheard_is_answered_as_made()
    {
        var asked = 0;
        var patient = Patient(new UnsteadyStore(_store, () => ++asked == 2));

        var result = await patient.CommitAsync(Table, "p", [RowChange.Insert("a", new()), RowChange.Insert("b", new())], default);

        Assert.True(result.Committed);
        Assert.Equal([(await FindAsync("a"))!.ETag, (await FindAsync("b"))!.ETag], result.ETags);
    }

    [Fact]
    public async Task A_commit_that_another_made_impossible_meanwhile_is_refused()
    {
        var other = new RowValues { ["of"] = "another" };
        var asked = 0;
        var patient = Patient(new UnsteadyStore(_store, () =>
        {
            if (++asked == 1)
                Assert.True(_store.CommitAsync(Table, "p", [RowChange.Insert("b", other)], default).AsTask().GetAwaiter().GetResult().Committed);
            return asked == 1;
        }));

        var result = await patient.CommitAsync(Table, "p", [RowChange.Insert("a", new()), RowChange.Insert("b", new())], default);

        Assert.False(result.Committed);
        Assert.Null(await FindAsync("a"));
    }

    [Fact]
    public async Task A_refusal_is_no_trouble_and_is_answered_at_once()
    {
        var patient = Patient(_store);
        await patient.CommitAsync(Table, "p", [RowChange.Insert("a", new())], default);

        Assert.False((await patient.CommitAsync(Table, "p", [RowChange.Insert("a", new())], default)).Committed);

        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
    }

    [Fact]
    public async Task What_stays_unavailable_is_told_of_and_given_up_after_five_minutes()
    {
        var patient = Patient(new UnsteadyStore(_store, () => true));

        var thrown = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await patient.FindAsync(Table, "p", "a", default));

        Assert.Equal("The store is busy, for 5 minutes.", thrown.Message);
        Assert.InRange(_time.Elapsed, PatientStore.Longest, PatientStore.Longest * 1.2);
        Assert.Equal("The store is busy. It is tried again, for 5 minutes at most; so far 0 s.", _told[0]);
        Assert.InRange(_told.Count, 8, 25);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => KeysAsync(patient, new(Table, null)));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await patient.CommitAsync(Table, "p", [RowChange.Insert("a", new())], default));
    }

    [Fact]
    public async Task A_store_that_bears_few_commits_at_once_is_given_few()
    {
        var unsteady = new UnsteadyStore(_store, () => false) { CommitsAtOnce = 4 };
        var patient = Patient(unsteady);

        await Task.WhenAll(Enumerable.Range(0, 600).Select(async i =>
            Assert.True((await patient.CommitAsync(Table, $"p{i}", [RowChange.Insert("a", new())], default)).Committed)));
        var before = unsteady.Faults;
        await Task.WhenAll(Enumerable.Range(0, 600).Select(async i =>
            Assert.True((await patient.CommitAsync(Table, $"q{i}", [RowChange.Insert("a", new())], default)).Committed)));

        Assert.NotEqual(0, before);
        // It asks for one more now and then, and finds out.
        Assert.True(unsteady.Faults - before < 400, $"{unsteady.Faults - before} faults");
        Assert.Equal(1200, (await KeysAsync(_store, new(Table, null))).Count);
    }

    [Fact]
    public async Task An_export_and_an_import_over_stores_that_fail_now_and_then_lose_and_double_nothing()
    {
        for (var i = 0; i < 300; i++)
            await _store.CommitAsync(TableNames.Licenses, $"{i % 40:D64}", [RowChange.Insert($"meta.{i}", new() { ["schema"] = 1, ["value"] = $"{i}" })], default);
        var export = await ExportAsync(Patient(_store));
        var random = new Random(7);
        bool Fails()
        {
            lock (random)
                return random.Next(6) == 0;
        }

        await using var other = await SqliteTableStore.OpenAsync(_folder["other.db"], default);
        var unsteady = new UnsteadyStore(other, Fails);
        var keys = new MovedKeys(new FakeSigner(), _time);
        var imported = await new StoreImport(Patient(unsteady), keys).RunAsync(new MemoryStream(export), ImportMode.Add, 16, null, default);
        var again = await new StoreImport(Patient(unsteady), keys).RunAsync(new MemoryStream(export), ImportMode.Add, 16, null, default);

        Assert.Equal((300L, 300L, 300L), (imported.Rows, imported.Missing, again.Equal));
        Assert.Equal(export, await ExportAsync(Patient(unsteady)));
        Assert.True(unsteady.Faults > 100);
    }

    private PatientStore Patient(ITableStore store) => new(store, _time, _told.Add);

    private ValueTask<Row?> FindAsync(string key) => _store.FindAsync(Table, "p", key, default);

    private static async Task<byte[]> ExportAsync(PatientStore store)
    {
        var file = new MemoryStream();
        await new StoreExport(store).WriteAsync(file, null, default);
        return file.ToArray();
    }

    private static async Task<List<string>> KeysAsync(ITableStore store, RowRange range)
    {
        var keys = new List<string>();
        await foreach (var row in store.ListAsync(range, default))
            keys.Add($"{row.Partition}/{row.Key}");
        return keys;
    }
}
