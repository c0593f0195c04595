using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>
/// The tables of an Azure storage account, or of Azurite. A call has a deadline of eight seconds, within which its client
/// (see <see cref="AzureTableClients"/>) retries.
/// </summary>
public sealed class AzureTableStore(TableServiceClient service) : ITableStore
{
    private readonly ConcurrentDictionary<string, TableClient> _tables = new(StringComparer.Ordinal);

    /// <summary>Creates the tables that are missing.</summary>
    /// <remarks>An identity without the right to create tables is fine as long as the deployment has declared them.</remarks>
    public Task EnsureTablesAsync(CancellationToken cancel) =>
        Task.WhenAll(TableNames.All.Select(name => TableCall.RunAsync(call => EnsureAsync(name, call.Token), cancel)));

    public async ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        RowLimits.CheckKey(partition);
        RowLimits.CheckKey(rowKey);
        var found = await TableCall.RunAsync(
            call => Table(table).GetEntityIfExistsAsync<TableEntity>(partition, rowKey, cancellationToken: call.Token), cancel);
        return found.HasValue ? TableRows.ToRow(found.Value!) : null;
    }

    public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel)
    {
        RowLimits.CheckRange(range);
        return ListPagesAsync(range, cancel);
    }

    public async ValueTask<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        RowLimits.CheckCommit(partition, changes);
        cancel.ThrowIfCancellationRequested();
        var commit = new TableCommit(Table(table), partition, changes);
        // The caller may leave; a request on its way is not torn off, or nobody would know what became of it.
        return await TableCall.RunAsync(commit.RunAsync, CancellationToken.None).WaitAsync(cancel);
    }

    private async IAsyncEnumerable<Row> ListPagesAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableFilter.Of(range);
        var left = range.Limit ?? int.MaxValue;
        string? next = null;
        while (left > 0)
        {
            var page = await TableCall.RunAsync(
                call => ReadPageAsync(range.Table, filter, Math.Min(left, RowLimits.PageRows), next, call.Token), cancel);
            foreach (var entity in page?.Values ?? [])
            {
                if (!entity.RowKey.StartsWith(range.Prefix, StringComparison.Ordinal))
                    continue;
                yield return TableRows.ToRow(entity);
                if (--left == 0)
                    yield break;
            }

            next = page?.ContinuationToken;
            if (string.IsNullOrEmpty(next))
                yield break;
        }
    }

    private TableClient Table(string name) => _tables.GetOrAdd(name, service.GetTableClient);

    private async Task<Page<TableEntity>?> ReadPageAsync(
        string table, string? filter, int size, string? continuation, CancellationToken cancel)
    {
        // Page by page, so that each has a deadline of its own however slowly the caller goes on.
        var pages = Table(table).QueryAsync<TableEntity>(filter, size, select: null, cancel).AsPages(continuation);
        await foreach (var page in pages.WithCancellation(cancel))
            return page;
        return null;
    }

    private async Task<bool> EnsureAsync(string name, CancellationToken cancel)
    {
        try
        {
            await service.CreateTableIfNotExistsAsync(name, cancel);
        }
        catch (RequestFailedException refused) when (refused.Status == 403)
        {
            // A read that finds nothing proves the table; if there is none, or no right to read, this throws.
            var nothing = TableClient.CreateQueryFilter($"PartitionKey eq {"-"} and RowKey eq {"-"}");
            await ReadPageAsync(name, nothing, 1, null, cancel);
        }

        return true;
    }
}
