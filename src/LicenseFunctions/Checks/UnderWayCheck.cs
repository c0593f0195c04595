using System.Globalization;
using System.Text.Json;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>What calls were about to do (plans, claims, queued jobs, holdings, records) is finished, or given back, before long.</summary>
internal sealed class UnderWayCheck(CheckRun run, CreationPlans plans, RandomAssignment assignment, IdempotencyKeys idempotency) : ITableCheck
{
    private const string Name = "under way";
    private const string ExpiresPartition = "expires";

    private long _chunksSaid;
    private long _chunks;
    private string _chunkPrefix = "";
    private bool _isReported;

    public async ValueTask SeeAsync(Row row)
    {
        var values = row.Values;
        switch (row.Partition)
        {
            case "plans" when run.IsOlder(values.GetNumber("planned_at"), Bounds.Soon)
                && (!values.GetBoolean("listed") || run.IsOlder(values.GetNumber("keep_until"), Bounds.Soon)):
                await TellAsync(row, "a plan that no timer has finished", () => plans.FinishOverdueAsync(run.Cancel)).ConfigureAwait(false);
                break;
            case "claims" when run.IsOlder(values.GetNumber("begun_at"), Bounds.Soon) && run.IsOlder(values.GetNumber("keep_until"), Bounds.Soon):
                await TellAsync(row, "a claim that no timer has given back", () => assignment.GiveBackOverdueAsync(run.Cancel)).ConfigureAwait(false);
                break;
            case "jobs" when values.FindNumber("due_at") is { } due && run.IsOlder(due, Bounds.Soon):
                await TellAsync(row, "a queued assignment that nobody takes up; does a server run?", null).ConfigureAwait(false);
                break;
            case ExpiresPartition when IsLate(row.Key):
                await OnceAsync(row, "records that have served their time and were not removed", () => idempotency.RemoveExpiredAsync(run.Cancel)).ConfigureAwait(false);
                break;
            case var partition when partition.StartsWith("claim.", StringComparison.Ordinal):
                await ClaimAsync(row, partition["claim.".Length..]).ConfigureAwait(false);
                break;
            case var partition when partition.StartsWith("held.", StringComparison.Ordinal) && ReadHoldings(row).Any(until => until > run.Now + Bounds.Day.TotalMilliseconds):
                await TellAsync(row, "something is held back for longer than any call may last", null).ConfigureAwait(false);
                break;
            case var partition when RowShapes.IsHash(partition) && row.Key == IdempotencyClaims.ClaimRow && run.IsOlder(values.GetNumber("recorded_at"), Bounds.Day):
                await TellAsync(
                    row, "a claim of a name that has served its time and was not removed",
                    () => run.CommitAsync(TableNames.Idempotency, row.Partition, RowChange.Delete(row.Key, row.ETag))).ConfigureAwait(false);
                break;
            case var partition when RowShapes.IsHash(partition):
                Count(row);
                break;
            default:
                break;
        }
    }

    public ValueTask EndAsync(string partition, bool isSound)
    {
        var isShort = isSound && RowShapes.IsHash(partition) && _chunks < _chunksSaid;
        (_chunks, _chunksSaid, _chunkPrefix, _isReported) = (0, 0, "", false);
        return isShort ? run.LaterAsync(() => LookAtAnswerAsync(partition)) : default;
    }

    internal static void ReadClaims(Row row) => _ = JsonSerializer.Deserialize(row.Values.GetBinary("claims"), ClaimJson.Default.PlannedClaimArray)
        ?? throw new FormatException("No claims.");

    /// <summary>Until when each is held back.</summary>
    internal static long[] ReadHoldings(Row row) => [.. row.Values.GetText("holdings")!.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(holding => long.Parse(holding.Split(',')[2], CultureInfo.InvariantCulture))];

    private bool IsLate(string hour) => string.CompareOrdinal(
        hour, (DateTimeOffset.FromUnixTimeMilliseconds(run.Now) - TimeSpan.FromHours(4)).ToString("yyyyMMddHH", CultureInfo.InvariantCulture)) < 0;

    private void Count(Row row)
    {
        if (row.Key == RequestAttempt.RecordRow)
            (_chunksSaid, _chunkPrefix) = (row.Values.GetBoolean("done") ? row.Values.GetNumber("chunks") : 0, IdempotencyKeys.ChunkPrefix(row.Values));
        else if (row.Key != IdempotencyClaims.ClaimRow && IsPartOf(row.Key))
            _chunks++;
    }

    /// <summary>Parts of an answer that no record tells of are those of an attempt that was overtaken.</summary>
    private bool IsPartOf(string key) => key.StartsWith(_chunkPrefix, StringComparison.Ordinal) && key.LastIndexOf('.') == _chunkPrefix.Length - 1;

    /// <summary>The record is written after the answer and removed before it.</summary>
    private async Task LookAtAnswerAsync(string partition)
    {
        if (await run.FindAsync(TableNames.Idempotency, partition, RequestAttempt.RecordRow).ConfigureAwait(false) is not { } record || !record.Values.GetBoolean("done"))
            return;
        for (var i = 0; i < record.Values.GetNumber("chunks"); i++)
        {
            if (await run.FindAsync(TableNames.Idempotency, partition, IdempotencyKeys.ChunkRow(record.Values, i)).ConfigureAwait(false) is not null)
                continue;
            if (await run.IsStillAsync(TableNames.Idempotency, record).ConfigureAwait(false))
                await run.ReportAsync(Name, $"record {RowShapes.Brief(partition)}", "a part of the recorded answer is missing").ConfigureAwait(false);
            return;
        }
    }

    private ValueTask ClaimAsync(Row row, string claim) => run.LaterAsync(async () =>
    {
        async Task<bool> IsOpenAsync() => await run.FindAsync(TableNames.Idempotency, "claims", claim).ConfigureAwait(false) is not null
            || await run.FindAsync(TableNames.Idempotency, "jobs", AssignmentJob.Prefix + claim).ConfigureAwait(false) is not null
            || await run.FindAsync(TableNames.Idempotency, "jobs", "closing." + claim).ConfigureAwait(false) is not null;
        if (await IsOpenAsync().ConfigureAwait(false) || !await run.IsStillAsync(TableNames.Idempotency, row).ConfigureAwait(false))
            return;
        await run.ReportAsync(
            Name, $"claim {RowShapes.Brief(claim)}", "what it may have claimed is noted still, though it is closed",
            () => run.CommitAsync(TableNames.Idempotency, row.Partition, RowChange.Delete(row.Key, row.ETag))).ConfigureAwait(false);
    });

    private ValueTask OnceAsync(Row row, string problem, Func<Task> mendAsync)
    {
        var isFirst = !_isReported;
        _isReported = true;
        return isFirst ? TellAsync(row, problem, mendAsync) : default;
    }

    private ValueTask TellAsync(Row row, string problem, Func<Task>? mendAsync) => run.LaterAsync(async () =>
    {
        if (!await run.IsStillAsync(TableNames.Idempotency, row).ConfigureAwait(false))
            return;
        await run.ReportAsync(Name, RowShapes.Shown(TableNames.Idempotency, row), problem, mendAsync is null ? null : async () =>
        {
            await mendAsync().ConfigureAwait(false);
            return !await run.IsStillAsync(TableNames.Idempotency, row).ConfigureAwait(false);
        }).ConfigureAwait(false);
    });
}
