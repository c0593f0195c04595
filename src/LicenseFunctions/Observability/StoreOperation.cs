using System.Diagnostics;

namespace LicenseFunctions.Observability;

/// <summary>One operation of the store under way, from its beginning until it is disposed of.</summary>
internal sealed class StoreOperation : IDisposable
{
    private readonly Meters _meters;
    private readonly TagList _tags;
    private readonly Activity? _activity;
    private readonly StoreTrips? _trips;
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    public StoreOperation(Meters meters, string system, string operation, string table)
    {
        _meters = meters;
        _tags = new() { { Tags.DbSystem, system }, { Tags.DbOperation, operation }, { Tags.DbCollection, table } };
        _trips = StoreTrips.Enter();
        // Of a request alone: what timers look for every few seconds would be nothing but spans without a beginning.
        _activity = meters.Activities.HasListeners() && Activity.Current is not null
            ? meters.Activities.StartActivity($"{operation} {table}", ActivityKind.Client, default(ActivityContext), _tags)
            : null;
    }

    public Exception? Failure { get; set; }

    public void Dispose()
    {
        _trips?.Leave();
        var tags = _tags;
        // Its type and nothing of its text, which may quote what was asked for.
        if (Failure?.GetType().FullName is { } type)
        {
            tags.Add(Tags.ErrorType, type);
            _activity?.SetTag(Tags.ErrorType, type);
            _activity?.SetStatus(ActivityStatusCode.Error);
        }

        _meters.StoreDuration.Record(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds, tags);
        _activity?.Dispose();
    }
}
