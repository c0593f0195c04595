using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>
/// One call to the service, all its tries together: it has a deadline, and it knows how often something was sent, since
/// only a second try can meet what the first one left behind.
/// </summary>
internal sealed class TableCall : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _cancel;
    private int _tries;

    private TableCall(CancellationToken cancel)
    {
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _cancel.CancelAfter(Deadline);
    }

    /// <summary>Cancelled by the caller or at the deadline.</summary>
    public CancellationToken Token => _cancel.Token;

    public TimeSpan TimeLeft => Deadline - Stopwatch.GetElapsedTime(_start);

    /// <summary>False only when it is certain that the request was sent once.</summary>
    /// <remarks>A client with a retry policy of its own is not counted: then nothing is certain.</remarks>
    public bool MayHaveRetried => Volatile.Read(ref _tries) != 1;

    public static TableCall? Of(HttpMessage message) =>
        message.TryGetProperty(nameof(TableCall), out var call) ? call as TableCall : null;

    /// <summary>Runs <paramref name="work"/> under a deadline and turns faults that may pass into one kind.</summary>
    public static async Task<T> RunAsync<T>(Func<TableCall, Task<T>> work, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var call = new TableCall(cancel);
        using var scope = HttpPipeline.CreateHttpMessagePropertiesScope(
            new Dictionary<string, object?> { [nameof(TableCall)] = call });
        try
        {
            return await work(call);
        }
        catch (Exception fault) when (TableFaults.IsTransient(fault))
        {
            cancel.ThrowIfCancellationRequested();
            throw TableFaults.Unavailable(fault);
        }
    }

    public void CountTry() => Interlocked.Increment(ref _tries);

    public void Dispose() => _cancel.Dispose();
}
