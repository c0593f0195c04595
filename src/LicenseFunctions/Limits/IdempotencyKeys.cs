using System.Collections.Concurrent;
using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>
/// Requests that name themselves and change several partitions: the record is written first, then the change is made, then
/// the answer is kept with it. Of two attempts at once one acts and the other waits for its answer; an attempt that died is
/// resumed by the next one, and one that was only thought dead answers as that does. (Changes of one partition keep their record there, in the same transaction.)
/// </summary>
public sealed class IdempotencyKeys(ITableStore store, TimeProvider time)
{
    private const string RecordRow = RequestAttempt.RecordRow;
    private const string AnsweredBy = "answered_by";
    private const int ChunkBytes = 60 * 1024;
    private const int ChunksAtOnce = 16;
    private const int MostEnded = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>An attempt that has said nothing for so long has died.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(60);

    /// <summary>As long as a request that failed waits until its record is released.</summary>
    private static readonly TimeSpan ReleaseWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Attempts of this instance that ended without being able to say so: none of them is under way.</summary>
    private readonly ConcurrentDictionary<Guid, long> _ended = new();

    /// <summary>Answers as the first attempt did, or acts as the first attempt. Null when the payload is another one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="act">Does it; cancelled when the caller is gone, or another attempt has taken over.</param>
    /// <param name="cancel">Cancels the wait and the work, not the keeping of its answer.</param>
    public async Task<RecordedAnswer?> RunAsync(
        IdempotentRequest request, Func<Operation, CancellationToken, Task<RecordedAnswer>> act, CancellationToken cancel)
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
                return await ActAsync(request, attempt, act, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes sure that rows which begin so are removed once they have served their time; done before they are written.</summary>
    internal async Task ExpireAsync(IReadOnlyList<(string Table, string Partition, string RowKey)> rows, CancellationToken cancel)
    {
        var hour = Hour((time.GetUtcNow() + IdempotentRequest.Holds).UtcDateTime);
        var notes = rows.Select(row => RowChange.Insert($"{hour}.{Guid.NewGuid():N}", new()
        {
            ["schema"] = 1,
            ["table"] = row.Table,
            ["partition"] = row.Partition,
            ["row"] = row.RowKey,
        }));
        await store.CommitAsync(TableNames.Idempotency, "expires", [.. notes], cancel).ConfigureAwait(false);
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
        return left > TimeSpan.Zero && !(RequestAttempt.Of(record) is { } id && _ended.ContainsKey(id));
    }

    private static Guid? OperationOf(RowValues record) => Guid.TryParse(record.GetText("operation"), out var id) ? id : null;

    private void End(Guid attempt)
    {
        _ended[attempt] = Now;
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

    private async Task<RequestAttempt?> TryStartAsync(IdempotentRequest request, Row? row, bool isResumed, CancellationToken cancel)
    {
        // Also over one that has served its time: the note of that one may be used up by now.
        if (!isResumed)
            await ExpireAsync([(TableNames.Idempotency, request.Scope, "")], cancel).ConfigureAwait(false);
        var id = (isResumed ? OperationOf(row!.Values) : null) ?? Guid.NewGuid();
        var values = isResumed ? row!.Values.Copy() : new RowValues
        {
            ["schema"] = 1,
            ["payload"] = request.Payload,
            ["recorded_at"] = Now,
            ["operation"] = id.ToString(),
        };
        values["started_at"] = Now;
        var change = row is null ? RowChange.Insert(RecordRow, values) : RowChange.Replace(RecordRow, values, row.ETag);
        return await TryWriteAsync(request, RequestAttempt.Mark(values), change, cancel).ConfigureAwait(false) is { } etag
            ? new(store, request, new(id, isResumed), values, etag, time)
            : null;
    }

    /// <summary>The new ETag of the record; null when another attempt was first.</summary>
    private async Task<string?> TryWriteAsync(IdempotentRequest request, Guid attempt, RowChange change, CancellationToken cancel)
    {
        try
        {
            var result = await store.CommitAsync(TableNames.Idempotency, request.Scope, [change], cancel).ConfigureAwait(false);
            return result.Committed ? result.ETags[0] : null;
        }
        catch
        {
            // It may stand there by now; nobody acts on it.
            End(attempt);
            throw;
        }
    }

    private async Task<RecordedAnswer> ActAsync(
        IdempotentRequest request, RequestAttempt attempt, Func<Operation, CancellationToken, Task<RecordedAnswer>> act, CancellationToken cancel)
    {
        try
        {
            var answer = await attempt.RunAsync(token => act(attempt.Operation, token), cancel).ConfigureAwait(false);
            if (answer is not null && await TryKeepAsync(request, attempt, answer).ConfigureAwait(false))
                return answer;
        }
        catch
        {
            // Whoever asked has waited for the store already; the record is released behind the answer if it takes longer.
            End(attempt.Id);
            await Task.WhenAny(ReleaseAsync(attempt), Task.Delay(ReleaseWait, time, CancellationToken.None)).ConfigureAwait(false);
            throw;
        }

        return await ReadOvertakersAsync(request, cancel).ConfigureAwait(false);
    }

    /// <summary>An attempt that was thought dead answers what the one that took over does.</summary>
    private async Task<RecordedAnswer> ReadOvertakersAsync(IdempotentRequest request, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Idempotency, request.Scope, RecordRow, cancel).ConfigureAwait(false);
        if (row is null || !row.Values.GetBoolean("done") || !request.IsOf(row.Values))
            throw new StorageUnavailableException("A later attempt of this request has taken over.");
        return await ReadAsync(request, row.Values, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// The answer in chunks, then the record that says how many and whose; a reader sees all of it or none. Attempts that are
    /// alive at once each have chunks of their own: the first one the plain names, a later one its own. False when overtaken.
    /// </summary>
    private async Task<bool> TryKeepAsync(IdempotentRequest request, RequestAttempt attempt, RecordedAnswer answer)
    {
        var values = attempt.Values.Copy();
        values[AnsweredBy] = attempt.Operation.IsResumed ? attempt.Id.ToString("N") : null;
        var chunks = answer.Response.Chunk(ChunkBytes).Select((chunk, i) => RowChange.Upsert(ChunkRow(values, i), new()
        {
            ["schema"] = 1,
            ["recorded_at"] = attempt.Values["recorded_at"],
            ["response"] = chunk,
        })).ToArray();
        foreach (var some in chunks.Chunk(ChunksAtOnce))
            await store.CommitAsync(TableNames.Idempotency, request.Scope, some, CancellationToken.None).ConfigureAwait(false);
        values["done"] = true;
        values["chunks"] = chunks.Length;
        values["http_status"] = answer.HttpStatus;
        values["key_name"] = answer.KeyName;
        return await attempt.TryRewriteAsync(values, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<RecordedAnswer> ReadAsync(IdempotentRequest request, RowValues record, CancellationToken cancel)
    {
        using var response = new MemoryStream();
        for (var i = 0; i < record.GetNumber("chunks"); i++)
        {
            var chunk = await store.FindAsync(TableNames.Idempotency, request.Scope, ChunkRow(record, i), cancel).ConfigureAwait(false);
            response.Write(chunk?.Values.GetBinary("response"));
        }

        return new((int)record.GetNumber("http_status"), record.GetText("key_name"), response.ToArray());
    }

    /// <summary>Lets the next attempt resume at once.</summary>
    private static async Task ReleaseAsync(RequestAttempt attempt)
    {
        var values = attempt.Values.Copy();
        values["started_at"] = 0;
        try
        {
            await attempt.TryRewriteAsync(values, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // Then another instance resumes a minute later.
        }
    }

    /// <summary>The row of a part of the answer that a record tells of.</summary>
    internal static string ChunkRow(RowValues record, int i) =>
        string.Create(CultureInfo.InvariantCulture, $"{ChunkPrefix(record)}{i:D4}");

    /// <summary>What the rows of its parts begin with.</summary>
    internal static string ChunkPrefix(RowValues record) => record.GetText(AnsweredBy) is { } attempt ? $"response.{attempt}." : "response.";
}
