using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using SQLitePCL;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>What callers see when the thread is gone or the disk fails.</summary>
public sealed class WorkQueueTests
{
    [Fact]
    public async Task Work_that_waits_or_comes_when_the_thread_has_ended_fails_at_once()
    {
        using var queue = new WorkQueue();
        var waiting = NewWork();
        queue.Add(waiting);
        queue.End(new StorageUnavailableException("ended"));
        var late = NewWork();
        queue.Add(late);

        foreach (var work in new[] { waiting, late })
            await Assert.ThrowsAsync<StorageUnavailableException>(() => new ValueTask(work, work.Token).AsTask());
    }

    [Fact]
    public async Task Overdue_work_fails_even_when_nobody_takes_it()
    {
        using var queue = new WorkQueue();
        var work = NewWork();
        queue.Add(work);

        queue.FailOverdue(TimeSpan.FromHours(1));
        Assert.False(work.IsSettled);
        queue.FailOverdue(TimeSpan.FromMilliseconds(-1));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => new ValueTask(work, work.Token).AsTask());
    }

    [Fact]
    public async Task Who_settles_first_decides()
    {
        var work = NewWork();
        work.Complete();
        work.Fail(new InvalidOperationException("too late"));
        work.Complete();

        await new ValueTask(work, work.Token);
    }

    [Theory]
    [InlineData(raw.SQLITE_FULL, "disk")]
    [InlineData(raw.SQLITE_CORRUPT, "damaged")]
    [InlineData(raw.SQLITE_READONLY, "cannot be written")]
    [InlineData(10 | (3 << 8), "could not be read")]
    public void A_fault_of_the_disk_is_told_as_an_unavailable_store(int code, string word)
    {
        var told = new SqliteFault(code, "detail").ToUnavailable();

        Assert.Contains(word, told.Message, StringComparison.Ordinal);
        Assert.IsType<SqliteFault>(told.InnerException);
    }

    private static FindWork NewWork()
    {
        var work = new FindWork(0, "p", "a");
        work.StartWaiting(CancellationToken.None);
        return work;
    }
}
