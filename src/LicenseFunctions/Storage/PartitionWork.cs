namespace LicenseFunctions.Storage;

/// <summary>
/// One request's part in what a <see cref="PartitionLane"/> does next: the rows it wants and how it decides. The decision
/// is pure: it reads the view, stages changes in it and keeps its answer; it may be made again after a lost race.
/// </summary>
public abstract class PartitionWork : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _done = new();
    private int _settled;
    private bool _extended;

    /// <summary>The rows that <see cref="Decide"/> may look at, apart from the head of the partition.</summary>
    public abstract IReadOnlyList<string> RowKeys { get; }

    /// <summary>Rows that are read together by this prefix, in one operation; empty for none.</summary>
    public virtual string HeadPrefix => "";

    /// <summary>How many rows of the head, from its first on, it may look at, one that it removes included.</summary>
    public virtual int HeadRows => 1;

    /// <summary>
    /// Whether it may first be decided on remembered rows while they are read again alongside the commit: for work whose
    /// effect can be taken back, so that it costs one trip.
    /// </summary>
    public virtual bool MayPresume => false;

    /// <summary>
    /// A row that every commit changes which changes any of <see cref="RowKeys"/>: when its remembered version could be
    /// replaced, the others are as remembered too, and need not be read again. Null when there is none.
    /// </summary>
    public virtual string? Witness => null;

    /// <summary>Completes when the work may be committed; its reads do not wait for it.</summary>
    public virtual Task ReadyAsync(PartitionView view) => Task.CompletedTask;

    /// <summary>Reads the rows and stages what changes. Must not wait, must not throw for bad input.</summary>
    public abstract void Decide(PartitionView view);

    /// <summary>
    /// Rows that the last decision has to be sure of although nothing it stages proves them: they may have been read
    /// before what it rests on changed, so they are read again alongside the commit.
    /// </summary>
    public virtual IReadOnlyList<string> DoubtedRows => [];

    /// <summary>Whether the doubted rows are read before the commit, since what is decided cannot be decided again after it.</summary>
    public virtual bool IsFinal => false;

    /// <summary>What the last decision staged is durable; a further decision comes on top of it.</summary>
    public virtual void Committed()
    {
    }

    /// <summary>
    /// Whether <see cref="ConfirmAsync"/> begins something, so that it has to run alongside the commit. Else it only waits for
    /// what is under way, and is asked after the commit, when that has most likely been answered.
    /// </summary>
    public virtual bool ConfirmsAlongside => false;

    /// <summary>Confirms what was decided. False when something presumed did not hold: the work is decided once more.</summary>
    public virtual Task<bool> ConfirmAsync() => Task.FromResult(true);

    internal long Deadline { get; set; }

    /// <summary>Set once something of it is committed: while it is not settled, that may have to be taken back.</summary>
    internal bool MayOwe { get; set; }

    internal Task Done => _done.Task;

    /// <summary>True once it is known how the work ends; <see cref="Done"/> follows.</summary>
    internal bool IsSettled => Volatile.Read(ref _settled) != 0;

    /// <summary>Gives it more time, once, and only if it may owe something.</summary>
    internal bool TryExtend(long until)
    {
        if (!MayOwe || _extended)
            return false;
        (_extended, Deadline) = (true, until);
        return true;
    }

    /// <summary>Lets the request go on, on another thread: the caller has more to do.</summary>
    internal void Complete()
    {
        if (Settle())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>Lets the request go on here and now: for a caller that has nothing left to do.</summary>
    internal void CompleteHere()
    {
        if (Settle())
            _done.SetResult();
    }

    internal void Fail(Exception exception)
    {
        if (Settle())
            ThreadPool.UnsafeQueueUserWorkItem(static end => end.Done.SetException(end.Exception), (Done: _done, Exception: exception), preferLocal: true);
    }

    void IThreadPoolWorkItem.Execute() => _done.SetResult();

    private bool Settle() => Interlocked.Exchange(ref _settled, 1) == 0;
}
