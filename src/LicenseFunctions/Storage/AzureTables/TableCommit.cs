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

    private readonly byte[] _id = RowTag.NewId();
    private readonly RowTag?[] _required = [.. changes.Select(change => RowTag.Parse(change.ETag))];

    public async Task<CommitResult> RunAsync(TableCall call)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (_required[i] is null && changes[i].Kind is (RowChangeKind.Replace or RowChangeKind.Delete))
                return CommitResult.Refused(i);
        }

        var result = changes.Count == 1 ? await ChangeAsync(call.Token) : await SubmitAsync(call.Token);
        return result.Committed || !call.MayHaveRetried ? result : await FindOursAsync(call.Token) ?? result;
    }

    private async Task<CommitResult> ChangeAsync(CancellationToken cancel)
    {
        try
        {
            var answer = await SendAsync(changes[0], cancel);
            // A delete of a row that is not there is answered, not thrown.
            return answer.Status == 404 ? CommitResult.Refused(0) : CommitResult.Done([NewTag(0, answer)]);
        }
        catch (RequestFailedException fault) when (TableFaults.IsConflict(fault))
        {
            return CommitResult.Refused(0);
        }
    }

    private Task<Response> SendAsync(RowChange change, CancellationToken cancel) => change.Kind switch
    {
        RowChangeKind.Insert => table.AddEntityAsync(ToEntity(0), cancel),
        RowChangeKind.Replace =>
            table.UpdateEntityAsync(ToEntity(0), Required(0), TableUpdateMode.Replace, cancel),
        RowChangeKind.Upsert => table.UpsertEntityAsync(ToEntity(0), TableUpdateMode.Replace, cancel),
        RowChangeKind.Delete => table.DeleteEntityAsync(partition, change.Key, Required(0), cancel),
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
                return CommitResult.Done([.. answers.Select((answer, i) => NewTag(i, answer))]);
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

    private TableTransactionAction ToAction(RowChange change, int i) => change.Kind switch
    {
        RowChangeKind.Insert => new(TableTransactionActionType.Add, ToEntity(i)),
        RowChangeKind.Replace => new(TableTransactionActionType.UpdateReplace, ToEntity(i), Required(i)),
        RowChangeKind.Upsert => new(TableTransactionActionType.UpsertReplace, ToEntity(i)),
        RowChangeKind.Delete =>
            new(TableTransactionActionType.Delete, new TableEntity(partition, change.Key), Required(i)),
    };

    /// <summary>
    /// Looks whether an earlier try went through. One row with our id proves all changes made; where rows were only to
    /// be deleted, their absence is what was asked for. One that has come from the row to be changed without our id proves
    /// that none was made; where others have changed the rows so often since that neither can be seen, nobody can tell.
    /// </summary>
    private async Task<CommitResult?> FindOursAsync(CancellationToken cancel)
    {
        var found = await Task.WhenAll(changes.Select(change =>
            table.GetEntityIfExistsAsync<TableEntity>(partition, change.Key, cancellationToken: cancel)));
        var etags = new string[changes.Count];
        var (deletesOnly, anyLeft, anyOurs, anyOthers, anyCut) = (true, false, false, false, false);
        for (var i = 0; i < etags.Length; i++)
        {
            var tag = found[i].HasValue ? RowTag.Of(found[i].Value!) : null;
            var isDelete = changes[i].Kind == RowChangeKind.Delete;
            deletesOnly &= isDelete;
            anyLeft |= tag is not null;
            anyOurs |= tag?.IsWrittenBy(_id) ?? false;
            anyOthers |= _required[i] is { } replaced && tag?.Follows(replaced) == true;
            anyCut |= changes[i].Kind is RowChangeKind.Insert or RowChangeKind.Replace && tag?.IsCutSince(_required[i]) == true;
            etags[i] = isDelete ? "" : (tag?.IsLastWrittenBy(_id) == true ? tag : RowTag.OfThePast).ToString();
        }

        if (anyOurs || (deletesOnly && !anyLeft))
            return CommitResult.Done(etags);
        return anyOthers || !anyCut ? null : throw new StorageUnavailableException("Whether a change was made cannot be told any more.");
    }

    private TableEntity ToEntity(int i) => TableRows.ToEntity(partition, changes[i], Writes(i));

    private byte[] Writes(int i) => RowTag.Next(_id, changes[i].Kind == RowChangeKind.Replace ? _required[i] : null);

    private ETag Required(int i) => _required[i]!.Service;

    private string NewTag(int i, Response answer) => changes[i].Kind == RowChangeKind.Delete
        ? ""
        : new RowTag(answer.Headers.ETag ?? throw new InvalidDataException("The service gave no tag."), Writes(i)).ToString();
}
