using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>Races and cancellation.</summary>
public abstract partial class TableStoreContract
{
    private const int Racers = 20;

    [StoreFact]
    public async Task Parallel_conditional_increments_are_each_counted_once()
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("counter", Numbered(0)));

        var counts = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(() => IncrementAsync(store))));

        Assert.Equal(Enumerable.Range(1, Racers).Select(n => (long)n), counts.Order());
        Assert.Equal(Racers, await NumberAsync(store, "counter"));
    }

    [StoreFact]
    public async Task Parallel_inserts_of_one_key_have_one_winner()
    {
        var store = await NewStoreAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(
            n => Task.Run(async () => (n, result: await CommitAsync(store, RowChange.Insert("a", Numbered(n)))))));

        var winner = Assert.Single(results, r => r.result.Committed);
        var row = await store.FindAsync(Table, Partition, "a", None);
        Assert.Equal(winner.n, row!.Values.GetNumber("n"));
        Assert.Equal(winner.result.ETags[0], row.ETag);
        Assert.All(results.Where(r => r.n != winner.n), r => Assert.Equal(0, r.result.Conflict));
    }

    [StoreFact]
    public async Task Parallel_commits_of_several_rows_leave_the_rows_of_one()
    {
        var store = await NewStoreAsync();

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(n => Task.Run(async () => await CommitAsync(
            store, RowChange.Upsert("a", Numbered(n)), RowChange.Upsert("b", Numbered(n)), RowChange.Upsert("c", Numbered(n))))));

        var numbers = new List<long>();
        await foreach (var row in store.ListAsync(new(Table, Partition), None))
            numbers.Add(row.Values.GetNumber("n"));
        Assert.Equal(3, numbers.Count);
        Assert.Single(numbers.Distinct());
    }

    [StoreFact]
    public async Task A_read_sees_every_commit_that_was_answered_before_it()
    {
        var store = await NewStoreAsync();

        await Task.WhenAll(Enumerable.Range(0, Racers).Select(n => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                var result = await CommitAsync(store, RowChange.Upsert($"k{n:D2}", Numbered(i)));
                var row = await store.FindAsync(Table, Partition, $"k{n:D2}", None);
                Assert.Equal((i, result.ETags[0]), (row!.Values.GetNumber("n"), row.ETag));
            }
        })));
    }

    [StoreFact]
    public async Task A_call_that_is_cancelled_beforehand_does_nothing()
    {
        var store = await NewStoreAsync();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.FindAsync(Table, Partition, "a", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await store.CommitAsync(Table, Partition, [RowChange.Insert("a", Numbered(1))], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in store.ListAsync(new(Table, Partition), cancelled))
            {
                // Nothing may come.
            }
        });
        Assert.Null(await store.FindAsync(Table, Partition, "a", None));
    }

    [StoreFact]
    public async Task Cancelling_under_way_leaves_whole_commits_and_a_working_store()
    {
        var store = await NewStoreAsync();
        using var cancel = new CancellationTokenSource();
        var work = Enumerable.Range(0, 50).Select(n => Task.Run(async () => await store.CommitAsync(
            Table, Partition, [RowChange.Upsert($"a{n}", Numbered(n)), RowChange.Upsert($"b{n}", Numbered(n))], cancel.Token))).ToArray();

        await cancel.CancelAsync();
        await Task.WhenAll(work.Select(task => task.ContinueWith(_ => { }, None, TaskContinuationOptions.None, TaskScheduler.Default)));

        Assert.True((await CommitAsync(store, RowChange.Insert("after", Numbered(1)))).Committed);
        var keys = await KeysAsync(store, new(Table, Partition));
        for (var n = 0; n < work.Length; n++)
        {
            Assert.Equal(keys.Contains($"a{n}"), keys.Contains($"b{n}"));
            if (work[n].IsCompletedSuccessfully)
                Assert.Contains($"a{n}", keys);
        }
    }

    private async Task<long> IncrementAsync(ITableStore store)
    {
        while (true)
        {
            var row = await store.FindAsync(Table, Partition, "counter", None);
            var next = row!.Values.GetNumber("n") + 1;
            if ((await CommitAsync(store, RowChange.Replace("counter", Numbered(next), row.ETag))).Committed)
                return next;
        }
    }
}
