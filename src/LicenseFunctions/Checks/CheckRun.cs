using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>One run: what checks look things up with, and where they say what they found.</summary>
public sealed class CheckRun(ITableStore store, TimeProvider time, bool mends, Action<Finding> report, CancellationToken cancel) : IDisposable
{
    /// <summary>Look-ups under way at once: what bounds the memory, however large the store is.</summary>
    private const int AtOnce = 32;

    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly Lock _gate = new();
    private Exception? _failure;

    public ITableStore Store => store;

    public CancellationToken Cancel => cancel;

    public bool Mends => mends;

    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public int Found { get; private set; }

    public int Mended { get; private set; }

    public bool IsOlder(long instant, TimeSpan age) => instant < Now - (long)age.TotalMilliseconds;

    public ValueTask<Row?> FindAsync(string table, string partition, string key) => store.FindAsync(table, partition, key, cancel);

    /// <summary>True when a row is still as it was seen.</summary>
    public async Task<bool> IsStillAsync(string table, Row row) =>
        (await FindAsync(table, row.Partition, row.Key).ConfigureAwait(false))?.ETag == row.ETag;

    /// <summary>Commits what mends something. False when something changed meanwhile: then another look is due.</summary>
    public async Task<bool> CommitAsync(string table, string partition, params RowChange[] changes) =>
        (await store.CommitAsync(table, partition, changes, cancel).ConfigureAwait(false)).Committed;

    /// <summary>Looks something up beside the stream; waits only when there is much to look up already.</summary>
    public async ValueTask LaterAsync(Func<Task> lookAsync)
    {
        await _slots.WaitAsync(cancel).ConfigureAwait(false);
        if (_failure is not null)
            _slots.Release();
        else
            _ = LookAsync(lookAsync);
    }

    /// <summary>Waits until everything has been looked up.</summary>
    public async Task DrainAsync()
    {
        for (var i = 0; i < AtOnce; i++)
            await _slots.WaitAsync(cancel).ConfigureAwait(false);
        _slots.Release(AtOnce);
        if (_failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>Tells of something that a second look has confirmed, and mends it if that is asked for and possible.</summary>
    /// <param name="check">Which check found it.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="mendAsync">Mends it; null when it cannot be derived.</param>
    public async Task ReportAsync(string check, string subject, string problem, Func<Task<bool>>? mendAsync = null)
    {
        var isMended = mends && mendAsync is not null && await mendAsync().ConfigureAwait(false);
        lock (_gate)
        {
            Found++;
            Mended += isMended ? 1 : 0;
            report(new(check, subject, problem, isMended));
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task LookAsync(Func<Task> lookAsync)
    {
        await Task.Yield();
        try
        {
            await lookAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Thrown by DrainAsync.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // A row that cannot be read is the finding of another check; nothing can be said about what depends on it.
            if (!Unreadable.Is(e))
                _failure ??= e;
        }
        finally
        {
            _slots.Release();
        }
    }
}
