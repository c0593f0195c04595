using System.Runtime.CompilerServices;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>A store that is unavailable when it is told to, before or after it has done what was asked.</summary>
/// <param name="inner">The store.</param>
/// <param name="fails">Asked before and after each operation, and before each row of a listing.</param>
internal sealed class UnsteadyStore(ITableStore inner, Func<bool> fails) : ITableStore
{
    private int _faults;
    private int _under;

    /// <summary>How often it was unavailable.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>More commits at once than this many fail.</summary>
    public int CommitsAtOnce { get; set; } = int.MaxValue;

    public async ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        MayFail();
        var row = await inner.FindAsync(table, partition, rowKey, cancel);
        MayFail();
        return row;
    }

    public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        MayFail();
        await foreach (var row in inner.ListAsync(range, cancel))
        {
            MayFail();
            yield return row;
        }

        MayFail();
    }

    public async ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        try
        {
            MayFail(Interlocked.Increment(ref _under) > CommitsAtOnce);
            var result = await inner.CommitAsync(table, partition, changes, cancel);
            MayFail();
            return result;
        }
        finally
        {
            Interlocked.Decrement(ref _under);
        }
    }

    private void MayFail(bool must = false)
    {
        if (!must && !fails())
            return;
        Interlocked.Increment(ref _faults);
        throw new StorageUnavailableException("The store is busy.");
    }
}
