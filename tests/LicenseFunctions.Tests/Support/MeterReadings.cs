using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LicenseFunctions.Observability;

namespace LicenseFunctions.Tests.Support;

/// <summary>One measurement.</summary>
internal sealed record Reading(string Instrument, double Value, IReadOnlyDictionary<string, string> Tags);

/// <summary>Listens to the instruments of the given meters, and to nobody else's in this process.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly ConcurrentQueue<Reading> _readings = new();
    private readonly MeterListener _listener = new();

    public MeterReadings(params Meters[] meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!Array.Exists(meters, each => each.Meter == instrument.Meter))
                return;
            Units[instrument.Name] = instrument.Unit ?? "";
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The unit of each instrument.</summary>
    public ConcurrentDictionary<string, string> Units { get; } = new(StringComparer.Ordinal);

    /// <summary>What has been measured so far, gauges asked anew.</summary>
    public IReadOnlyList<Reading> Read()
    {
        _listener.RecordObservableInstruments();
        return [.. _readings];
    }

    /// <summary>The sum of an instrument over the measurements with these attributes.</summary>
    public double Sum(string instrument, params (string Name, string Value)[] tags) => Of(instrument, tags).Sum(each => each.Value);

    public IEnumerable<Reading> Of(string instrument, params (string Name, string Value)[] tags) => _readings.Where(each =>
        each.Instrument == instrument && tags.All(tag => each.Tags.GetValueOrDefault(tag.Name) == tag.Value));

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _readings.Enqueue(new(instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => $"{tag.Value}", StringComparer.Ordinal)));
}
