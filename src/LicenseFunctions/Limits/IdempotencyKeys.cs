using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>What a request that names itself is to its handler.</summary>
/// <param name="Id">The same for every attempt, so that what a handler makes can be made under it.</param>
/// <param name="IsResumed">True when an earlier attempt died; it may have made all, a part or nothing.</param>
public sealed record Operation(Guid Id, bool IsResumed);

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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>An attempt that has been under way for so long has died.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(60);

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
            if (isHolding && Now - row!.Values.GetNumber("started_at") < Abandoned.TotalMilliseconds)
            {
                if (time.GetElapsedTime(start) > Patience)
                    throw new StorageUnavailableException("An earlier attempt of this request is still under way.");
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

    private static string Hour(DateTime time) => time.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);

    private async Task<Attempt?> TryStartAsync(IdempotentRequest request, Row? row, bool isResumed, CancellationToken cancel)
    {
        if (row is null)
            await ExpireAsync(TableNames.Idempotency, request.Scope, "", cancel).ConfigureAwait(false);
        var id = isResumed && Guid.TryParse(row!.Values.GetText("operation"), out var known) ? known : Guid.NewGuid();
        var values = new RowValues
        {
            ["schema"] = 1,
            ["payload"] = request.Payload,
            ["recorded_at"] = isResumed ? row!.Values.GetNumber("recorded_at") : Now,
            ["started_at"] = Now,
            ["operation"] = id.ToString(),
        };
        var result = await store.CommitAsync(
            TableNames.Idempotency, request.Scope,
            [row is null ? RowChange.Insert(RecordRow, values) : RowChange.Replace(RecordRow, values, row.ETag)], cancel).ConfigureAwait(false);
        return result.Committed ? new(new(id, isResumed), values, result.ETags[0]) : null;
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
            await ReleaseAsync(request, attempt).ConfigureAwait(false);
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
        await store.CommitAsync(
            TableNames.Idempotency, request.Scope, [RowChange.Replace(RecordRow, values, attempt.ETag)], CancellationToken.None).ConfigureAwait(false);
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
            await store.CommitAsync(
                TableNames.Idempotency, request.Scope, [RowChange.Replace(RecordRow, values, attempt.ETag)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // Then it resumes a minute later.
        }
    }

    private static string ChunkRow(int i) => string.Create(CultureInfo.InvariantCulture, $"response.{i:D4}");

    private sealed record Attempt(Operation Operation, RowValues Values, string ETag);
}
