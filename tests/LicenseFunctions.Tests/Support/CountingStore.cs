using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>One operation as a store was asked for it.</summary>
public sealed record StoreCall(string Kind, string Table, string Partition, string Key, IReadOnlyList<RowChange> Changes)
{
    public bool IsCommit => Kind == "commit";

    public override string ToString() => $"{Kind} {Table} {(IsCommit ? string.Join('+', Changes.Select(change => change.Key)) : Key)}";
}

/// <summary>
/// A store in front of another that keeps what it is asked, counts sequential trips where a test measures them, and lets
/// a test act before an operation: wait, throw, change rows behind its back, or have a commit lose its race.
/// </summary>
public sealed class CountingStore(ITableStore inner) : ITableStore
{
    private readonly ConcurrentQueue<StoreCall> _calls = new();
    private readonly Trips _trips = new();

    /// <summary>What the operations go to: a test that plays another instance uses it directly.</summary>
    public ITableStore Inner => inner;

    /// <summary>Runs before each operation.</summary>
    public Func<StoreCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs after each row that was found or looked for in vain.</summary>
    public Action<StoreCall> After { get; set; } = _ => { };

    /// <summary>True for a commit that shall be refused without reaching the store.</summary>
    public Func<StoreCall, bool> Loses { get; set; } = _ => false;

    public IReadOnlyList<StoreCall> Calls => [.. _calls];

    public int Commits(string table) => _calls.Count(call => call.IsCommit && call.Table == table);

    /// <summary>Operations and sequential trips of what the action does.</summary>
    public async Task<(int Trips, IReadOnlyList<StoreCall> Calls)> MeasureAsync(Func<Task> action)
    {
        _calls.Clear();
        _trips.Begin();
        await action();
        return (_trips.End(), Calls);
    }

    public async ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        var call = new StoreCall("find", table, partition, rowKey, []);
        await EnterAsync(call);
        var row = await inner.FindAsync(table, partition, rowKey, cancel);
        After(call);
        return row;
    }

    public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        await EnterAsync(new("list", range.Table, range.Partition ?? "*", range.Prefix, []));
        await foreach (var row in inner.ListAsync(range, cancel))
            yield return row;
    }

    public async ValueTask<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        var call = new StoreCall("commit", table, partition, changes[0].Key, changes);
        await EnterAsync(call);
        return Loses(call) ? CommitResult.Refused(0) : await inner.CommitAsync(table, partition, changes, cancel);
    }

    private async Task EnterAsync(StoreCall call)
    {
        _calls.Enqueue(call);
        await _trips.EnterAsync();
        await Before(call);
    }

    /// <summary>A logical clock: all operations that wait when nothing more arrives are let go together, as one trip.</summary>
    private sealed class Trips
    {
        private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

        /// <summary>Many short looks, not a long one: a machine that lets an operation wait lets the looks wait too.</summary>
        private const int QuietLooks = 10;

        private readonly Lock _gate = new();
        private readonly List<TaskCompletionSource> _waiting = [];
        private int _made;
        private bool _measuring;

        public void Begin()
        {
            lock (_gate)
                (_made, _measuring) = (0, true);
        }

        public int End()
        {
            lock (_gate)
            {
                _measuring = false;
                return _made;
            }
        }

        public Task EnterAsync()
        {
            lock (_gate)
            {
                if (!_measuring)
                    return Task.CompletedTask;
                var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(mine);
                if (_waiting.Count == 1)
                    _ = ReleaseAsync();
                return mine.Task;
            }
        }

        private async Task ReleaseAsync()
        {
            for (var (seen, quiet) = (0, 0); ;)
            {
                await Task.Delay(Look);
                // Behind whatever waits for a thread.
                await Task.Run(Thread.Yield);
                lock (_gate)
                {
                    (seen, quiet) = (_waiting.Count, _waiting.Count == seen ? quiet + 1 : 0);
                    if (quiet < QuietLooks)
                        continue;
                    _made++;
                    _waiting.ForEach(each => each.SetResult());
                    _waiting.Clear();
                    return;
                }
            }
        }
    }
}
