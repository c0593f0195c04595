using System.Collections.Concurrent;
using System.Diagnostics;

namespace LicenseFunctions.Bench.Load;

/// <summary>The instants at which one connection is to send.</summary>
internal sealed class Turns : IDisposable
{
    private readonly ConcurrentQueue<long> _due = new();
    private readonly SemaphoreSlim _come = new(0);

    public void Add(long due)
    {
        _due.Enqueue(due);
        _come.Release();
    }

    /// <summary>The instant from which the request counts: one that is late because that before it took long counts from when it was due.</summary>
    public async ValueTask<long> NextAsync()
    {
        var wait = _come.WaitAsync();
        var isLate = wait.IsCompleted;
        await wait;
        _due.TryDequeue(out var due);
        return isLate ? due : Math.Max(due, Stopwatch.GetTimestamp());
    }

    public void Dispose() => _come.Dispose();
}
