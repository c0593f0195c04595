using System.Threading.Tasks.Sources;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// One operation that waits for the writer thread: the request awaits it, the thread settles it. Whoever settles it first
/// (the thread, the deadline, the caller's cancellation) decides how it ends.
/// </summary>
internal abstract class StoreWork : IValueTaskSource
{
    // Continuations never run on the writer thread: it would wait for the requests that wait for it.
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private long _since;
    private int _settled;

    public bool IsSettled => Volatile.Read(ref _settled) != 0;

    public short Token => _wait.Version;

    /// <summary>Call before the work is handed over.</summary>
    public void StartWaiting(CancellationToken cancel)
    {
        _since = Environment.TickCount64;
        if (cancel.CanBeCanceled)
            _cancellation = cancel.UnsafeRegister(static (work, token) => ((StoreWork)work!).Fail(new OperationCanceledException(token)), this);
    }

    public void FailWhenOverdue(TimeSpan patience)
    {
        if (!IsSettled && Environment.TickCount64 - _since > patience.TotalMilliseconds)
            Fail(new StorageUnavailableException());
    }

    public void Complete()
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
            _wait.SetResult(true);
    }

    public void Fail(Exception exception)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
            _wait.SetException(exception);
    }

    public void GetResult(short token)
    {
        _cancellation.Unregister();
        _wait.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);
}
