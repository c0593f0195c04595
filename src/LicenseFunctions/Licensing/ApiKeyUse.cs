using System.Collections.Concurrent;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// When each API key was used last, to the hour. A request only notes the hour in memory; what was noted is written in the
/// background, so a key costs one write an hour and instance, and a process that is killed forgets what it noted in the last
/// minute.
/// </summary>
public sealed class ApiKeyUse(ITableStore store, TimeProvider time)
{
    private const string UseRow = "use";
    private const string Property = "hour";
    private const int HourMs = 60 * 60 * 1000;
    private const int MostNoted = 65_536;

    private readonly ConcurrentDictionary<string, Note> _notes = new(StringComparer.Ordinal);

    /// <summary>Notes that a key is being used.</summary>
    public void See(string hash)
    {
        var hour = time.GetUtcNow().ToUnixTimeMilliseconds() / HourMs;
        if (_notes.TryGetValue(hash, out var note))
            note.Hour = hour;
        else if (_notes.Count < MostNoted)
            _notes.TryAdd(hash, new() { Hour = hour });
    }

    /// <summary>Writes what was noted and is not written yet.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        foreach (var (hash, note) in _notes)
        {
            var hour = note.Hour;
            if (hour <= note.Written)
                continue;
            var row = await store.FindAsync(TableNames.ApiKeys, hash, UseRow, cancel).ConfigureAwait(false);
            if (row is null || row.Values.GetNumber(Property) < hour)
            {
                await store.CommitAsync(
                    TableNames.ApiKeys, hash, [RowChange.Upsert(UseRow, new() { ["schema"] = 1, [Property] = hour })], cancel).ConfigureAwait(false);
            }

            note.Written = hour;
        }
    }

    /// <summary>The beginning of the hour in which a key was used last, in Unix milliseconds; null when it never was.</summary>
    public async Task<long?> FindAsync(string hash, CancellationToken cancel) =>
        (await store.FindAsync(TableNames.ApiKeys, hash, UseRow, cancel).ConfigureAwait(false))?.Values.FindNumber(Property) * HourMs;

    /// <summary>Removes what is known of a key that is being removed.</summary>
    public async Task ForgetAsync(string hash, CancellationToken cancel)
    {
        if (await store.FindAsync(TableNames.ApiKeys, hash, UseRow, cancel).ConfigureAwait(false) is { } row)
            await store.CommitAsync(TableNames.ApiKeys, hash, [RowChange.Delete(row.Key, row.ETag)], cancel).ConfigureAwait(false);
    }

    private sealed class Note
    {
        private long _hour;

        public long Hour
        {
            get => Volatile.Read(ref _hour);
            set
            {
                // Read first: all requests of an hour but one leave the line of memory alone.
                if (Volatile.Read(ref _hour) != value)
                    Volatile.Write(ref _hour, value);
            }
        }

        public long Written { get; set; }
    }
}
