using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>A store that once says that a condition does not hold, though it does.</summary>
/// <param name="inner">The store.</param>
/// <param name="isMeant">True for the change that is refused the first time.</param>
internal sealed class RefusingStore(ITableStore inner, Func<string, RowChange, bool> isMeant) : ITableStore
{
    public bool HasRefused { get; private set; }

    public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel) =>
        inner.FindAsync(table, partition, rowKey, cancel);

    public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel) => inner.ListAsync(range, cancel);

    public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        if (HasRefused || !changes.Any(change => isMeant(table, change)))
            return inner.CommitAsync(table, partition, changes, cancel);
        HasRefused = true;
        return ValueTask.FromResult(CommitResult.Refused(0));
    }
}
