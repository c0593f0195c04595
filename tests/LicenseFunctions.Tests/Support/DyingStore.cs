using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>A store that stops answering commits at a moment of the test's choice, as when the process dies there.</summary>
public sealed class DyingStore(ITableStore inner) : ITableStore
{
    /// <summary>True for the commit at which it dies; it stays dead until this is set to null.</summary>
    public Func<string, string, IReadOnlyList<RowChange>, bool>? DiesAt { get; set; }

    public bool IsDead { get; private set; }

    public void Revive() => (DiesAt, IsDead) = (null, false);

    public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel) =>
        inner.FindAsync(table, partition, rowKey, cancel);

    public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel) => inner.ListAsync(range, cancel);

    public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        // What came before is made: the others' failure must not cancel it.
        IsDead |= DiesAt?.Invoke(table, partition, changes) == true;
        return IsDead ? throw new StorageUnavailableException("dead") : inner.CommitAsync(table, partition, changes, CancellationToken.None);
    }
}
