using System.Diagnostics;
using System.Diagnostics.Metrics;
using LicenseFunctions.Limits;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Observability;

/// <summary>Every instrument of this application. docs/operations.md lists them; a test compares.</summary>
public sealed class Meters : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "LicenseFunctions";

    /// <summary>Those that OpenTelemetry advises for databases: from a local file to a store that hangs.</summary>
    private static readonly InstrumentAdvice<double> StoreSeconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] };

    private static readonly InstrumentAdvice<int> Few = new() { HistogramBucketBoundaries = [0, 1, 2, 3, 5, 10, 50] };

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _limitHits;
    private readonly Counter<long> _webhookAttempts;
    private readonly Counter<long> _deadLetters;
    private readonly ObservableGauge<double> _depth;
    private readonly ObservableGauge<double> _age;
    private SignatureCache? _signatures;
    private OutboxState? _outbox;

    public Meters()
    {
        Requests = _meter.CreateCounter<long>("licensing.requests", "{request}", "Requests answered");
        RequestDuration = _meter.CreateHistogram("licensing.request.duration", "s", "Time until an answer was ready to be sent", advice: StoreSeconds);
        RequestTrips = _meter.CreateHistogram("licensing.request.store_trips", "{trip}", "Times a request waited for the store, one after another", advice: Few);
        StoreDuration = _meter.CreateHistogram("db.client.operation.duration", "s", "Operations of the store", advice: StoreSeconds);
        _limitHits = _meter.CreateCounter<long>("licensing.limit.hits", "{request}", "Requests that a limit refused");
        _webhookAttempts = _meter.CreateCounter<long>("licensing.webhook.attempts", "{attempt}", "Posts to webhooks");
        _deadLetters = _meter.CreateCounter<long>("licensing.webhook.dead_letters", "{event}", "Deliveries that were given up");
        _meter.CreateObservableCounter("licensing.signatures", Signatures, "{signature}", "Signatures asked for");
        _depth = _meter.CreateObservableGauge("licensing.outbox.depth", () => Outbox(each => each.Depth), "{change}", "What other partitions or webhooks are still to be told of");
        _age = _meter.CreateObservableGauge("licensing.outbox.age", () => Outbox(each => each.Age.TotalSeconds), "s", "Age of the oldest of them");
    }

    /// <summary>For a listener that wants this instance's figures and no other's.</summary>
    internal Meter Meter => _meter;

    public ActivitySource Activities { get; } = new(Name);

    public Counter<long> Requests { get; }

    public Histogram<double> RequestDuration { get; }

    public Histogram<int> RequestTrips { get; }

    public Histogram<double> StoreDuration { get; }

    /// <summary>True when requests are to be measured.</summary>
    public bool WatchesRequests => Requests.Enabled || RequestDuration.Enabled || RequestTrips.Enabled || _limitHits.Enabled || Activities.HasListeners();

    /// <summary>True when operations of the store are to be measured.</summary>
    public bool WatchesStore => StoreDuration.Enabled || RequestTrips.Enabled || Activities.HasListeners();

    /// <summary>True when the queues are to be looked at.</summary>
    public bool WatchesOutbox => _depth.Enabled || _age.Enabled;

    /// <summary>Lets the figures be seen that the cache keeps anyway.</summary>
    public SignatureCache Watch(SignatureCache signatures) => _signatures = signatures;

    /// <summary>What the timer found; seen until it has not been renewed for a while.</summary>
    internal void Show(OutboxState? outbox) => Volatile.Write(ref _outbox, outbox);

    public void CountLimit(string endpoint, LimitKind kind)
    {
        if (kind != LimitKind.None && _limitHits.Enabled)
            _limitHits.Add(1, new(Tags.Endpoint, endpoint), new(Tags.LimitKind, Tags.Of(kind)));
    }

    public void CountWebhook(string outcome) => _webhookAttempts.Add(1, new KeyValuePair<string, object?>(Tags.Outcome, outcome));

    public void CountDeadLetter() => _deadLetters.Add(1);

    public void Dispose()
    {
        _meter.Dispose();
        Activities.Dispose();
    }

    private Measurement<long>[] Signatures() => _signatures is not { } signatures ? [] :
    [
        new(signatures.Made, new KeyValuePair<string, object?>(Tags.Source, "made")),
        new(signatures.Reused, new KeyValuePair<string, object?>(Tags.Source, "reused")),
        new(signatures.Failed, new KeyValuePair<string, object?>(Tags.Source, "failed")),
    ];

    private IEnumerable<Measurement<double>> Outbox(Func<Backlog, double> figure) => Volatile.Read(ref _outbox) is { IsCurrent: true } state
        ? state.Backlogs.Select(each => new Measurement<double>(figure(each), new KeyValuePair<string, object?>(Tags.Outbox, each.Name)))
        : [];
}
