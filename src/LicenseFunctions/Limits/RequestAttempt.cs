using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>
/// An attempt of a request that names itself, and the record as far as it is this attempt's. While it acts it says so from
/// time to time, so that no other takes it for dead; when another has taken over all the same, it is told to stop.
/// </summary>
internal sealed class RequestAttempt(
    ITableStore store, IdempotentRequest request, Operation operation, RowValues values, string etag, TimeProvider time)
{
    /// <summary>The row of the record, in the partition of the request.</summary>
    public const string RecordRow = "record";

    private const string Name = "attempt";

    /// <summary>So often that a few may fail before the attempt is taken for dead.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);

    private string _etag = etag;

    public Operation Operation => operation;

    /// <summary>The record as this attempt began it.</summary>
    public RowValues Values => values;

    /// <summary>Which attempt, of those of the same operation.</summary>
    public Guid Id { get; } = Of(values) ?? Guid.Empty;

    /// <summary>Whose attempt a record is.</summary>
    public static Guid? Of(RowValues record) => Guid.TryParse(record.GetText(Name), out var id) ? id : null;

    /// <summary>Makes a record a new attempt's.</summary>
    public static Guid Mark(RowValues record)
    {
        var id = Guid.NewGuid();
        record[Name] = id.ToString();
        return id;
    }

    /// <summary>Runs the work and keeps the record alive meanwhile.</summary>
    /// <returns>What the work made; null when it was stopped because another attempt has taken over.</returns>
    public async Task<T?> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel)
        where T : class
    {
        using var overtaken = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overtaken.Token, cancel);
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(overtaken, done.Token);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (overtaken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            // The record is written by one at a time.
            await done.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
        }
    }

    /// <summary>Writes the record anew as long as it is this attempt's; false when another has taken it over.</summary>
    public async Task<bool> TryRewriteAsync(RowValues record, CancellationToken cancel)
    {
        var rewritten = await OwnRow.TryReplaceAsync(
            store, TableNames.Idempotency, request.Scope, RowChange.Replace(RecordRow, record, _etag), row => Of(row) == Id, cancel).ConfigureAwait(false);
        _etag = rewritten ?? _etag;
        return rewritten is not null;
    }

    private async Task RenewAsync(CancellationTokenSource overtaken, CancellationToken done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, time, done).ConfigureAwait(false);
                if (await IsOvertakenAsync(done).ConfigureAwait(false))
                {
                    await overtaken.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }
    }

    private async Task<bool> IsOvertakenAsync(CancellationToken cancel)
    {
        var record = values.Copy();
        record["started_at"] = time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            return !await TryRewriteAsync(record, cancel).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // Another try in a while; the record holds for some of these.
            return false;
        }
    }
}
