using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// Collects what this process emits while it lives: every log line at every level, every activity of every source with its
/// tags and events, every measurement of every meter with its tags, and the event source of the Azure clients.
/// </summary>
public sealed class Emissions : EventListener
{
    private readonly ConcurrentQueue<string> _all = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private readonly LogLines _lines = new();

    public Emissions()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _all.Enqueue(Show(activity)),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<long>(Measure);
        _meters.SetMeasurementEventCallback<int>(Measure);
        _meters.SetMeasurementEventCallback<double>(Measure);
        _meters.Start();
    }

    public IReadOnlyList<string> All => [.. _lines.All, .. _all];

    /// <summary>Makes a host log all that its own filters let pass, though the configuration asks for everything.</summary>
    public void ListenTo(WebApplicationBuilder builder)
    {
        foreach (var category in (string[])["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics", "Azure", "System.Net.Http", "System"])
            builder.Configuration[$"Logging:LogLevel:{category}"] = "Trace";
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_lines);
    }

    public void Add(string text) => _all.Enqueue(text);

    public override void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
        base.Dispose();
    }

    /// <summary>The runtime's own sources show addresses to whoever may attach to the process, and are sent nowhere.</summary>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name.StartsWith("Azure", StringComparison.Ordinal))
            EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
        _all?.Enqueue($"event {eventData.EventSource.Name} {eventData.EventName} {string.Join(' ', eventData.Payload?.Select(Show) ?? [])}");

    private static string? Show(object? value) => value is byte[] bytes ? System.Text.Encoding.UTF8.GetString(bytes) : value?.ToString();

    private static string Show(Activity activity) =>
        $"activity {activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription} "
        + string.Join(' ', activity.TagObjects.Concat(activity.Events.SelectMany(each => each.Tags)).Select(tag => $"{tag.Key}={tag.Value}"))
        + string.Join(' ', activity.Baggage.Select(each => $"{each.Key}={each.Value}"));

    private void Measure<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var text = $"metric {instrument.Name} {value}";
        foreach (var tag in tags)
            text += $" {tag.Key}={tag.Value}";
        _all.Enqueue(text);
    }
}
