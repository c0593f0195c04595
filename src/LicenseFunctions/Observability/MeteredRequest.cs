using System.Diagnostics;
using LicenseFunctions.Limits;

namespace LicenseFunctions.Observability;

/// <summary>One request under way; made only where somebody listens.</summary>
public sealed class MeteredRequest
{
    private readonly Meters _meters;
    private readonly TagList _tags;
    private readonly string _endpoint;
    private readonly Activity? _activity;
    private readonly StoreTrips? _trips;
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    private MeteredRequest(Meters meters, string api, string endpoint)
    {
        (_meters, _endpoint) = (meters, $"{api}/{endpoint}");
        _tags = new() { { Tags.Api, api }, { Tags.Endpoint, _endpoint } };
        _trips = meters.RequestTrips.Enabled ? StoreTrips.Begin() : null;
        _activity = meters.Activities.HasListeners()
            ? meters.Activities.StartActivity(_endpoint, ActivityKind.Server, default(ActivityContext), _tags)
            : null;
    }

    /// <summary>Begins in the caller's flow: to be called from the method that awaits the answer.</summary>
    public static MeteredRequest Begin(Meters meters, string api, string endpoint) => new(meters, api, endpoint);

    /// <summary>The answer is ready.</summary>
    /// <param name="result">The code of the contract, or the HTTP status of a problem document.</param>
    /// <param name="limit">The limit that refused the request.</param>
    public void End(string result, LimitKind limit)
    {
        var tags = _tags;
        tags.Add(Tags.Result, result);
        _meters.Requests.Add(1, tags);
        _meters.RequestDuration.Record(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds, tags);
        if (_trips is not null)
            _meters.RequestTrips.Record(_trips.Made, _tags);
        _meters.CountLimit(_endpoint, limit);
        _activity?.SetTag(Tags.Result, result);
        if (result is "500" or "503")
            _activity?.SetStatus(ActivityStatusCode.Error);
        _activity?.Dispose();
    }
}
