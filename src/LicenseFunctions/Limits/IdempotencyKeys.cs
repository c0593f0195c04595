using System.Collections.Concurrent;
using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>
/// Requests that name themselves and change several partitions: the record is written first, then the change is made, then
/// the answer is kept with it. Of two attempts at once one acts and the other waits for its answer; an attempt that died is
/// resumed by the next one. (Changes of one partition keep their record there, in the same transaction.)
/// </summary>
public sealed class IdempotencyKeys(ITableStore store, TimeProvider time)
{
    private const string RecordRow = "record";
    private const int ChunkBytes = 60 * 1024;
    private const int ChunksAtOnce = 16;
    private const int MostEnded = 1000;

    /// <summary>A record that is still this attempt's is written again when it was refused, but not for ever.</summary>
    private const int MostRewrites = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>An attempt that has been under way for so long has died.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(60);

    /// <summary>As long as a request that failed waits until its record is released.</summary>
    private static readonly TimeSpan ReleaseWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Attempts of this instance that ended without being able to say so: none of them is under way.</summary>
    private readonly ConcurrentDictionary<Guid, long> _ended = new();

    /// <summary>Answers as the first attempt did, or acts as the first attempt. Null when the payload is another one.</summary>
    public async Task<RecordedAnswer?> RunAsync(IdempotentRequest request, Func<Operation, Task<RecordedAnswer>> act, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var row = await store.FindAsync(TableNames.Idempotency, request.Scope, RecordRow, cancel).ConfigureAwait(false);
            var isHolding = row is not null && IdempotentRequest.IsHolding(row.Values, Now);
            if (isHolding && !request.IsOf(row!.Values))
                return null;
            if (isHolding && row!.Values.GetBoolean("done"))
                return await ReadAsync(request, row.Values, cancel).ConfigureAwait(false);
            if (isHolding && IsUnderWay(row!.Values, out var left))
            {
                if (time.GetElapsedTime(start) > Patience)
                    throw new StorageUnavailableException("An earlier attempt of this request is still under way.") { RetryAfter = left };
                await Task.Delay(Poll, time, cancel).ConfigureAwait(false);
            }
            else if (await TryStartAsync(request, row, isHolding, cancel).ConfigureAwait(false) is { } attempt)
            {
                return await ActAsync(request, attempt, act).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes sure that a record in a license's partition is removed once it has served its time.</summary>
    public Task ExpireLicenseRecordAsync(string partition, string rowKey, CancellationToken cancel) =>
        ExpireAsync(TableNames.Licenses, partition, rowKey, cancel);

    private async Task ExpireAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        var hour = (time.GetUtcNow() + IdempotentRequest.Holds).UtcDateTime;
        var note = new RowValues { ["schema"] = 1, ["table"] = table, ["partition"] = partition, ["row"] = rowKey };
        await store.CommitAsync(
            TableNames.Idempotency, "expires", [RowChange.Insert($"{Hour(hour)}.{Guid.NewGuid():N}", note)], cancel).ConfigureAwait(false);
    }

    /// <summary>Removes records that have served their time. Called by a timer.</summary>
    public async Task RemoveExpiredAsync(CancellationToken cancel)
    {
        var now = Hour((time.GetUtcNow() - TimeSpan.FromHours(1)).UtcDateTime);
        await foreach (var note in store.ListAsync(new(TableNames.Idempotency, "expires"), cancel).ConfigureAwait(false))
        {
            if (string.CompareOrdinal(note.Key, now) > 0)
                break;
            var (table, partition) = (note.Values.GetText("table")!, note.Values.GetText("partition")!);
            await foreach (var row in store.ListAsync(new(table, partition, note.Values.GetText("row")!), cancel).ConfigureAwait(false))
            {
                if (!IdempotentRequest.IsHolding(row.Values, Now))
                    await store.CommitAsync(table, partition, [RowChange.Delete(row.Key, row.ETag)], cancel).ConfigureAwait(false);
            }

            await store.CommitAsync(TableNames.Idempotency, "expires", [RowChange.Delete(note.Key, note.ETag)], cancel).ConfigureAwait(false);
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsUnderWay(RowValues record, out TimeSpan left)
    {
        left = Abandoned - TimeSpan.FromMilliseconds(Now - record.GetNumber("started_at"));
        return left > TimeSpan.Zero && !(OperationOf(record) is { } id && _ended.ContainsKey(id));
    }

    private static Guid? OperationOf(RowValues record) => Guid.TryParse(record.GetText("operation"), out var id) ? id : null;

    private void End(Guid operation)
    {
        _ended[operation] = Now;
        if (_ended.Count > MostEnded)
        {
            foreach (var (id, at) in _ended)
            {
                if (Now - at > Abandoned.TotalMilliseconds)
                    _ended.TryRemove(id, out _);
            }
        }
    }

    private static string Hour(DateTime time) => time.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);

    private async Task<Attempt?> TryStartAsync(IdempotentRequest request, Row? row, bool isResumed, CancellationToken cancel)
    {
        // Also where the record of an earlier day is used anew: its note will be gone by the time that this one has served.
        if (!isResumed)
            await ExpireAsync(TableNames.Idempotency, request.Scope, "", cancel).ConfigureAwait(false);
        var id = (isResumed ? OperationOf(row!.Values) : null) ?? Guid.NewGuid();
        var values = isResumed ? row!.Values.Copy() : new RowValues
        {
            ["schema"] = 1,
            ["payload"] = request.Payload,
            ["recorded_at"] = Now,
            ["operation"] = id.ToString(),
        };
        values["started_at"] = Now;
        if (await TryWriteAsync(request, id, row is null ? RowChange.Insert(RecordRow, values) : RowChange.Replace(RecordRow, values, row.ETag), cancel)
            .ConfigureAwait(false) is not { } etag)
        {
            return null;
        }

        _ended.TryRemove(id, out _);
        return new(new(id, isResumed), values, etag);
    }

    /// <summary>The new ETag of the record; null when another attempt was first.</summary>
    private async Task<string?> TryWriteAsync(IdempotentRequest request, Guid operation, RowChange change, CancellationToken cancel)
    {
        try
        {
            var result = await store.CommitAsync(TableNames.Idempotency, request.Scope, [change], cancel).ConfigureAwait(false);
            return result.Committed ? result.ETags[0] : null;
        }
        catch
        {
            // It may stand there by now; nobody acts on it.
            End(operation);
            throw;
        }
    }

    /// <summary>Writes the record anew as long as it is this attempt's; false when another has taken it over.</summary>
    private async Task<bool> TryRewriteAsync(IdempotentRequest request, Attempt attempt, RowValues values, CancellationToken cancel)
    {
        for (var tries = 0; tries < MostRewrites; tries++)
        {
            var change = RowChange.Replace(RecordRow, values, attempt.ETag);
            var result = await store.CommitAsync(TableNames.Idempotency, request.Scope, [change], cancel).ConfigureAwait(false);
            if (result.Committed)
            {
                attempt.ETag = result.ETags[0];
                return true;
            }

            var row = await store.FindAsync(TableNames.Idempotency, request.Scope, RecordRow, cancel).ConfigureAwait(false);
            if (row is null || OperationOf(row.Values) != attempt.Operation.Id || row.Values.GetNumber("started_at") != attempt.Values.GetNumber("started_at"))
                return false;
            attempt.ETag = row.ETag;
        }

        return false;
    }

    private async Task<RecordedAnswer> ActAsync(IdempotentRequest request, Attempt attempt, Func<Operation, Task<RecordedAnswer>> act)
    {
        try
        {
            var answer = await act(attempt.Operation).ConfigureAwait(false);
            await WriteAsync(request, attempt, answer).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            // Whoever asked has waited for the store already; the record is released behind the answer if it takes longer.
            End(attempt.Operation.Id);
            await Task.WhenAny(ReleaseAsync(request, attempt), Task.Delay(ReleaseWait, time, CancellationToken.None)).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The answer in chunks, then the record that says how many; a reader sees all of it or none.</summary>
    private async Task WriteAsync(IdempotentRequest request, Attempt attempt, RecordedAnswer answer)
    {
        var chunks = answer.Response.Chunk(ChunkBytes).Select((chunk, i) => RowChange.Upsert(ChunkRow(i), new()
        {
            ["schema"] = 1,
            ["recorded_at"] = attempt.Values["recorded_at"],
            ["response"] = chunk,
        })).ToArray();
        foreach (var some in chunks.Chunk(ChunksAtOnce))
            await store.CommitAsync(TableNames.Idempotency, request.Scope, some, CancellationToken.None).ConfigureAwait(false);
        var values = attempt.Values.Copy();
        values["done"] = true;
        values["chunks"] = chunks.Length;
        values["http_status"] = answer.HttpStatus;
        values["key_name"] = answer.KeyName;
        // An attempt that was thought dead may be overtaken; then the other's answer is kept, to the same change.
        await TryRewriteAsync(request, attempt, values, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<RecordedAnswer> ReadAsync(IdempotentRequest request, RowValues record, CancellationToken cancel)
    {
        using var response = new MemoryStream();
        for (var i = 0; i < record.GetNumber("chunks"); i++)
        {
            var chunk = await store.FindAsync(TableNames.Idempotency, request.Scope, ChunkRow(i), cancel).ConfigureAwait(false);
            response.Write(chunk?.Values.GetBinary("response"));
        }

        return new((int)record.GetNumber("http_status"), record.GetText("key_name"), response.ToArray());
    }

    /// <summary>Lets the next attempt resume at once.</summary>
    private async Task ReleaseAsync(IdempotentRequest request, Attempt attempt)
    {
        var values = attempt.Values.Copy();
        values["started_at"] = 0;
        try
        {
            await TryRewriteAsync(request, attempt, values, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // Then another instance resumes a minute later.
        }
    }

    private static string ChunkRow(int i) => string.Create(CultureInfo.InvariantCulture, $"response.{i:D4}");

    private sealed class Attempt(Operation operation, RowValues values, string etag)
    {
        public Operation Operation => operation;

        public RowValues Values => values;

        public string ETag { get; set; } = etag;
    }
}
