using System.Collections.Concurrent;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>What waits for the writer thread: many add, one takes.</summary>
internal sealed class WorkQueue : IDisposable
{
    private const int TurnsBeforeSleep = 4;
    private readonly ConcurrentQueue<StoreWork> _items = new();
    private readonly AutoResetEvent _wake = new(false);
    private volatile Exception? _closing;
    private volatile Exception? _ended;
    private int _asleep;

    /// <summary>Adds work, or fails it when the queue is closed.</summary>
    public void Add(StoreWork work)
    {
        if (_closing is { } closing)
        {
            work.Fail(closing);
            return;
        }

        _items.Enqueue(work);
        // We enqueue and then look at the flags, the thread sets them and then looks at the queue: one sees the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1)
            _wake.Set();
        if (_ended is { } ended)
            FailAll(ended);
    }

    public bool IsEmpty => _items.IsEmpty;

    public bool IsClosing => _closing is not null;

    /// <summary>Lets the thread return from its wait as if it had waited long enough.</summary>
    public void Nudge() => _wake.Set();

    public bool TryTake(out StoreWork? work) => _items.TryDequeue(out work);

    /// <summary>Waits until there is work; false when there will be none, null after so long without any or when nudged.</summary>
    public bool? WaitForWork(TimeSpan? longest)
    {
        for (var turns = 0; turns < TurnsBeforeSleep; turns++)
        {
            if (!_items.IsEmpty)
                return true;
            // The requests just answered go on meanwhile, and bring more work to this group, where a spin would keep them off the processor.
            Thread.Yield();
        }

        if (_closing is null)
        {
            Volatile.Write(ref _asleep, 1);
            Interlocked.MemoryBarrier();
            if (_items.IsEmpty && _closing is null)
                _wake.WaitOne(longest ?? Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _asleep, 0);
        }

        return !_items.IsEmpty ? true : _closing is null ? null : false;
    }

    /// <summary>Takes no more work; the thread still does what waits.</summary>
    public void Close(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _closing, reason, null) is null)
            _wake.Set();
    }

    /// <summary>There is no thread any more: fails what waits and what comes.</summary>
    public void End(Exception reason)
    {
        _closing ??= reason;
        _ended = _closing;
        Interlocked.MemoryBarrier();
        FailAll(_closing);
    }

    /// <summary>Fails what has waited too long, wherever the thread is stuck.</summary>
    public void FailOverdue(TimeSpan patience)
    {
        foreach (var work in _items)
            work.FailWhenOverdue(patience);
    }

    public void Dispose() => _wake.Dispose();

    private void FailAll(Exception reason)
    {
        while (_items.TryDequeue(out var work))
            work.Fail(reason);
    }
}
