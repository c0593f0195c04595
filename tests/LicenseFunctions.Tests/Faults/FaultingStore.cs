using System.Runtime.CompilerServices;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Faults;

/// <summary>What happens to one operation of a store.</summary>
internal enum StoreFault
{
    /// <summary>It was refused or never arrived.</summary>
    LostBefore,

    /// <summary>It was done; the answer never came.</summary>
    LostAfter,

    /// <summary>Another instance writes the row first that it was to replace or delete.</summary>
    LosesRace,

    /// <summary>It takes its time.</summary>
    Slow,

    /// <summary>From here on nothing is done any more, until the outage is over.</summary>
    Outage,
}

/// <summary>A store in front of another that counts its operations once armed, and harms the one it was told to.</summary>
internal sealed class FaultingStore(ITableStore inner) : ITableStore
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly Lock _gate = new();
    private readonly List<string> _operations = [];
    private StoreFault? _fault;
    private int _at = -1;
    private bool _isArmed;

    /// <summary>What was asked while it was armed: <c>commit licenses Replace+Insert</c>.</summary>
    public IReadOnlyList<string> Operations
    {
        get
        {
            lock (_gate)
                return [.. _operations];
        }
    }

    /// <summary>True once the harm was done.</summary>
    public bool HasStruck { get; private set; }

    public void Arm(int at, StoreFault? fault)
    {
        lock (_gate)
            (_at, _fault, _isArmed, HasStruck) = (at, fault, true, false);
    }

    public void Disarm()
    {
        lock (_gate)
            _isArmed = false;
    }

    public async ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        var fault = Enter($"find {table}", false);
        await BeforeAsync(fault);
        var row = await inner.FindAsync(table, partition, rowKey, cancel);
        return fault == StoreFault.LostAfter ? throw Lost() : row;
    }

    public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        var fault = Enter($"list {range.Table}", false);
        await BeforeAsync(fault);
        await foreach (var row in inner.ListAsync(range, cancel))
        {
            yield return row;
            // The page after this row never comes.
            if (fault == StoreFault.LostAfter)
                throw Lost();
        }

        if (fault == StoreFault.LostAfter)
            throw Lost();
    }

    public async ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        var contested = changes.FirstOrDefault(change => change.Kind is RowChangeKind.Replace or RowChangeKind.Delete && change.ETag != RowChange.AnyETag);
        var fault = Enter($"commit {table} {string.Join('+', changes.Select(change => $"{change.Kind}").Distinct())}", contested is not null);
        await BeforeAsync(fault);
        if (fault == StoreFault.LosesRace)
            await TouchAsync(table, partition, contested!.Key);
        var result = await inner.CommitAsync(table, partition, changes, cancel);
        return fault == StoreFault.LostAfter ? throw Lost() : result;
    }

    private StoreFault? Enter(string operation, bool hasCondition)
    {
        lock (_gate)
        {
            if (!_isArmed)
                return null;
            _operations.Add(operation);
            var isMeant = _fault == StoreFault.Outage ? _operations.Count > _at : _operations.Count - 1 == _at;
            if (_at < 0 || !isMeant || (_fault == StoreFault.LosesRace && !hasCondition))
                return null;
            HasStruck = true;
            return _fault;
        }
    }

    /// <summary>Writes a row as it is, which gives it another ETag.</summary>
    private async Task TouchAsync(string table, string partition, string key)
    {
        if (await inner.FindAsync(table, partition, key, CancellationToken.None) is { } row)
            await inner.CommitAsync(table, partition, [RowChange.Replace(key, row.Values, row.ETag)], CancellationToken.None);
    }

    private static async Task BeforeAsync(StoreFault? fault)
    {
        // Not at once: what is under way then meets the next request.
        if (fault == StoreFault.Outage)
            await Task.Delay(Random.Shared.Next(8));
        if (fault is StoreFault.LostBefore or StoreFault.Outage)
            throw Lost();
        if (fault == StoreFault.Slow)
            await Task.Delay(Pause);
    }

    private static StorageUnavailableException Lost() => new("A fault of the test.");
}
