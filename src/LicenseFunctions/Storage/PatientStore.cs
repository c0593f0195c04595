using System.Runtime.CompilerServices;

namespace LicenseFunctions.Storage;

/// <summary>
/// A store for work that takes minutes and has no caller to answer in time: what the store cannot do just now is tried again
/// for <see cref="Longest"/>, a listing from the row that it had come to, and fewer commits are made at once meanwhile.
/// </summary>
/// <param name="store">Which one.</param>
/// <param name="time">Its clock.</param>
/// <param name="tell">Takes a line for people while the store is waited for, every few seconds at most.</param>
public sealed class PatientStore(ITableStore store, TimeProvider time, Action<string>? tell = null) : ITableStore
{
    private const int CommitsAtOnce = 512;

    private static readonly TimeSpan BetweenTold = TimeSpan.FromSeconds(5);

    private readonly CommitWindow _commits = new(CommitsAtOnce);
    private readonly Lock _telling = new();
    private long? _told;

    /// <summary>So long an operation is tried again without any answer before its fault is thrown.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(5);

    public async ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        for (var patience = NewPatience(); ;)
        {
            try
            {
                return await store.FindAsync(table, partition, rowKey, cancel).ConfigureAwait(false);
            }
            catch (StorageUnavailableException fault)
            {
                await patience.WaitAsync(fault, cancel).ConfigureAwait(false);
            }
        }
    }

    public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (left, last, patience) = (range.Limit, default(Row), NewPatience());
        for (var parts = new Queue<RowRange>([range]); parts.TryPeek(out var part);)
        {
            // A row more, since the first may be the one that was listed last.
            var rows = store.ListAsync(part with { Limit = left + 1 }, cancel).GetAsyncEnumerator(cancel);
            await using (rows.ConfigureAwait(false))
            {
                for (var more = true; more;)
                {
                    if (left == 0)
                        yield break;
                    (more, var fault) = await TryMoveAsync(rows).ConfigureAwait(false);
                    if (fault is not null)
                    {
                        await patience.WaitAsync(fault, cancel).ConfigureAwait(false);
                        parts = Rest(range, last);
                    }
                    else if (!more)
                    {
                        parts.Dequeue();
                    }
                    else if (rows.Current.Key != last?.Key || rows.Current.Partition != last.Partition)
                    {
                        patience.Answered();
                        left--;
                        yield return last = rows.Current;
                    }
                }
            }
        }
    }

    public async ValueTask<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        var patience = NewPatience();
        for (var isFirst = true; ; isFirst = false)
        {
            var (result, fault) = await TryCommitAsync(table, partition, changes, cancel).ConfigureAwait(false);
            if (fault is not null)
                await patience.WaitAsync(fault, cancel).ConfigureAwait(false);
            else if (result.Committed || isFirst)
                return result;
            else
                // An attempt that threw may have gone through all the same.
                return await FindDoneAsync(table, partition, changes, cancel).ConfigureAwait(false);
        }
    }

    private static async ValueTask<(bool More, StorageUnavailableException? Fault)> TryMoveAsync(IAsyncEnumerator<Row> rows)
    {
        try
        {
            return (await rows.MoveNextAsync().ConfigureAwait(false), null);
        }
        catch (StorageUnavailableException fault)
        {
            return (false, fault);
        }
    }

    private async ValueTask<(CommitResult Result, StorageUnavailableException? Fault)> TryCommitAsync(
        string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        var round = await _commits.EnterAsync(cancel).ConfigureAwait(false);
        var answered = true;
        try
        {
            return (await store.CommitAsync(table, partition, changes, cancel).ConfigureAwait(false), null);
        }
        catch (StorageUnavailableException fault)
        {
            answered = false;
            return (default, fault);
        }
        finally
        {
            _commits.Leave(round, answered);
        }
    }

    /// <summary>What is still to be listed after a row: the rest of its partition, then the partitions after it.</summary>
    private static Queue<RowRange> Rest(RowRange range, Row? last) => last is null ? new([range])
        : range.Partition is not null ? new([range with { From = last.Key }])
        : new([range with { Partition = last.Partition, From = last.Key, AfterPartition = null }, range with { AfterPartition = last.Partition }]);

    /// <summary>The commit as done when every row is as it would have left it; else as refused.</summary>
    private async Task<CommitResult> FindDoneAsync(
        string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        var etags = new string[changes.Count];
        for (var i = 0; i < changes.Count; i++)
        {
            var row = await FindAsync(table, partition, changes[i].Key, cancel).ConfigureAwait(false);
            var isDone = changes[i].Kind == RowChangeKind.Delete ? row is null : row is not null && row.Values.HoldsTheSameAs(changes[i].Values);
            if (!isDone)
                return CommitResult.Refused(i);
            etags[i] = row?.ETag ?? "";
        }

        return CommitResult.Done(etags);
    }

    private Patience NewPatience() => new(time, TellOf);

    private void TellOf(StorageUnavailableException fault, TimeSpan waited)
    {
        lock (_telling)
        {
            if (_told is { } told && time.GetElapsedTime(told) < BetweenTold)
                return;
            _told = time.GetTimestamp();
        }

        tell?.Invoke($"{fault.Message} It is tried again, for {Longest.TotalMinutes} minutes at most; so far {waited.TotalSeconds:0} s.");
    }
}
