using Azure;
using Azure.Data.Tables;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>
/// One commit. Every row it writes carries its id, because a retry can meet what an unheard first try of ours wrote: an
/// insert then finds its own row, a replace finds its own tag gone. Such a conflict is not one.
/// </summary>
internal sealed class TableCommit(TableClient table, string partition, IReadOnlyList<RowChange> changes)
{
    private const int Submissions = 3;

    // Matches no row. Stands for the tag of a row of ours that was changed again before we could read it.
    private const string ETagOfThePast = "W/\"datetime'0001-01-01T00%3A00%3A00.0000000Z'\"";

    private readonly long _writeId = TableRows.NewWriteId();

    public async Task<CommitResult> RunAsync(TableCall call)
    {
        var result = changes.Count == 1 ? await ChangeAsync(changes[0], call.Token) : await SubmitAsync(call.Token);
        return result.Committed || !call.MayHaveRetried ? result : await FindOursAsync(call.Token) ?? result;
    }

    private async Task<CommitResult> ChangeAsync(RowChange change, CancellationToken cancel)
    {
        try
        {
            var answer = await SendAsync(change, cancel);
            // A delete of a row that is not there is answered, not thrown.
            return answer.Status == 404 ? CommitResult.Refused(0) : CommitResult.Done([TableRows.Text(answer.Headers.ETag)]);
        }
        catch (RequestFailedException fault) when (TableFaults.IsConflict(fault))
        {
            return CommitResult.Refused(0);
        }
    }

    private Task<Response> SendAsync(RowChange change, CancellationToken cancel) => change.Kind switch
    {
        RowChangeKind.Insert => table.AddEntityAsync(ToEntity(change), cancel),
        RowChangeKind.Replace =>
            table.UpdateEntityAsync(ToEntity(change), new ETag(change.ETag), TableUpdateMode.Replace, cancel),
        RowChangeKind.Upsert => table.UpsertEntityAsync(ToEntity(change), TableUpdateMode.Replace, cancel),
        RowChangeKind.Delete => table.DeleteEntityAsync(partition, change.Key, new ETag(change.ETag), cancel),
    };

    /// <summary>The client retries a transaction only when the whole answer says so, not when a part of it does.</summary>
    private async Task<CommitResult> SubmitAsync(CancellationToken cancel)
    {
        var actions = changes.Select(ToAction).ToList();
        for (var submission = 1; ; submission++)
        {
            try
            {
                var answers = (await table.SubmitTransactionAsync(actions, cancel)).Value;
                return CommitResult.Done([.. answers.Select(answer => TableRows.Text(answer.Headers.ETag))]);
            }
            catch (TableTransactionFailedException fault) when (TableFaults.IsConflict(fault))
            {
                return CommitResult.Refused(fault.FailedTransactionActionIndex ?? 0);
            }
            catch (TableTransactionFailedException fault) when (submission < Submissions && TableFaults.IsTransient(fault))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100) << submission), cancel);
            }
        }
    }

    private TableTransactionAction ToAction(RowChange change) => change.Kind switch
    {
        RowChangeKind.Insert => new(TableTransactionActionType.Add, ToEntity(change)),
        RowChangeKind.Replace => new(TableTransactionActionType.UpdateReplace, ToEntity(change), new ETag(change.ETag)),
        RowChangeKind.Upsert => new(TableTransactionActionType.UpsertReplace, ToEntity(change)),
        RowChangeKind.Delete =>
            new(TableTransactionActionType.Delete, new TableEntity(partition, change.Key), new ETag(change.ETag)),
    };

    /// <summary>
    /// Looks whether an earlier try went through. One row with our id proves all changes made; where rows were only to
    /// be deleted, their absence is what was asked for.
    /// </summary>
    private async Task<CommitResult?> FindOursAsync(CancellationToken cancel)
    {
        var found = await Task.WhenAll(changes.Select(change =>
            table.GetEntityIfExistsAsync<TableEntity>(partition, change.Key, cancellationToken: cancel)));
        var etags = new string[changes.Count];
        var (deletesOnly, anyLeft, anyOurs) = (true, false, false);
        for (var i = 0; i < etags.Length; i++)
        {
            var entity = found[i].HasValue ? found[i].Value : null;
            var ours = entity is not null && TableRows.IsWrittenBy(entity, _writeId);
            var isDelete = changes[i].Kind == RowChangeKind.Delete;
            (deletesOnly, anyLeft, anyOurs) = (deletesOnly && isDelete, anyLeft || entity is not null, anyOurs || ours);
            etags[i] = isDelete ? "" : ours ? TableRows.Text(entity!.ETag) : ETagOfThePast;
        }

        return anyOurs || (deletesOnly && !anyLeft) ? CommitResult.Done(etags) : null;
    }

    private TableEntity ToEntity(RowChange change) => TableRows.ToEntity(partition, change, _writeId);
}
