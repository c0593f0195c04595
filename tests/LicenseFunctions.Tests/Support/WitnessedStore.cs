using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// Holds a law under every test of the whole application: whatever changes a license changes its usage row in the same
/// commit, since requests that replace the usage row they remember do not read the license again.
/// </summary>
public sealed class WitnessedStore(ITableStore inner) : ITableStore, IAsyncDisposable
{
    public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel) =>
        inner.FindAsync(table, partition, rowKey, cancel);

    public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel) => inner.ListAsync(range, cancel);

    public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        if (table == TableNames.Licenses
            && changes.Any(change => change.Kind != RowChangeKind.Insert && change.Key == LicenseRows.License)
            && !changes.Any(change => change.Key == LicenseRows.Usage))
        {
            throw new InvalidOperationException("A license was changed without its usage row.");
        }

        return inner.CommitAsync(table, partition, changes, cancel);
    }

    public ValueTask DisposeAsync() => inner is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;
}
