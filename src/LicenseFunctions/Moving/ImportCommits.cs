using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>
/// Gathers changes of one partition into transactions as large as they may be and keeps so many of them under way: on the
/// embedded store those share one wait for the disk, on the service they share its latency. A single partition gets a
/// twelfth of them: it bears a fraction of what an account does, and what waits there for its turn runs into its deadline.
/// </summary>
internal sealed class ImportCommits(PatientStore store, int atOnce, CancellationToken cancel) : IDisposable
{
    private readonly SemaphoreSlim _free = new(atOnce);
    private readonly Queue<Task> _underWayThere = new();
    private List<RowChange> _changes = [];
    private (string Table, string Partition) _place;
    private long _bytes;
    private volatile Exception? _failure;

    public async ValueTask AddAsync(string table, string partition, RowChange change)
    {
        var bytes = RowLimits.CheckRow(partition, change);
        if (_changes.Count == RowLimits.Changes || _bytes + bytes > RowLimits.CommitBytes || _place != (table, partition))
            await StartAsync().ConfigureAwait(false);
        if (_place != (table, partition))
            _underWayThere.Clear();
        _place = (table, partition);
        _changes.Add(change);
        _bytes += bytes;
    }

    /// <summary>Waits for all that is under way; throws what any of it met.</summary>
    public async Task FinishAsync()
    {
        if (_failure is null && !cancel.IsCancellationRequested)
            await StartAsync().ConfigureAwait(false);
        for (var i = 0; i < atOnce; i++)
            await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        ThrowIfFailed();
    }

    public void Dispose() => _free.Dispose();

    private async ValueTask StartAsync()
    {
        if (_changes.Count == 0)
            return;
        ThrowIfFailed();
        if (_underWayThere.Count >= Math.Max(1, atOnce / 12))
            await _underWayThere.Dequeue().ConfigureAwait(false);
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        _underWayThere.Enqueue(CommitAsync(_place.Table, _place.Partition, _changes));
        (_changes, _bytes) = ([], 0);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    private async Task CommitAsync(string table, string partition, List<RowChange> changes)
    {
        try
        {
            var result = await store.CommitAsync(table, partition, changes, cancel).ConfigureAwait(false);
            if (!result.Committed)
                throw new MoveRefusedException($"Something else writes to the table {table} of the store; stop the server and import again.");
        }
#pragma warning disable CA1031 // Thrown again by whoever adds the next changes, or waits for the last.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure ??= e;
        }
        finally
        {
            _free.Release();
        }
    }
}
