using System.Globalization;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Contracting;

/// <summary>How the saving of a contract ended.</summary>
public enum ContractOutcome
{
    Saved,

    /// <summary>Another contract has the key.</summary>
    KeyTaken,

    /// <summary>There is no such contract.</summary>
    Unknown,
}

/// <summary>The contract as saved; null unless it was.</summary>
public sealed record SavedContract(ContractOutcome Outcome, Contract? Contract = null);

/// <summary>The contracts: a small set in one partition, where numbers and keys are unique by their rows.</summary>
public sealed class Contracts(ITableStore store, CatalogEvents events, Traces traces, TimeProvider time)
{
    internal const string Partition = "contract";
    private const string NextRow = "next";

    /// <summary>A contract by its number.</summary>
    public async Task<Contract?> FindAsync(long id, CancellationToken cancel) =>
        await FindRowAsync(IdRow(id), cancel).ConfigureAwait(false) is { } row ? Contract.From(row.Values) : null;

    /// <summary>A contract by its key.</summary>
    public async Task<Contract?> FindByKeyAsync(string key, CancellationToken cancel) =>
        await FindRowAsync(KeyRow(key), cancel).ConfigureAwait(false) is { } row
            ? await FindAsync(row.Values.GetNumber("id"), cancel).ConfigureAwait(false)
            : null;

    /// <summary>Contracts by number: a product's, or all.</summary>
    public async Task<IReadOnlyList<Contract>> ListAsync(long? productId, CancellationToken cancel)
    {
        var contracts = new List<Contract>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, Partition, "id."), cancel).ConfigureAwait(false))
        {
            if (productId is null || row.Values.GetNumber("product_id") == productId)
                contracts.Add(Contract.From(row.Values));
        }

        return contracts;
    }

    /// <summary>The contract as an earlier attempt of this request has saved or deleted it; null when it has not.</summary>
    public async Task<Contract?> FindDoneAsync(Operation? operation, CancellationToken cancel) =>
        await traces.FindAsync(Partition, operation, cancel).ConfigureAwait(false) is { } trace ? Contract.From(trace) : null;

    private async Task<SavedContract?> FindLeftAsync(Operation? operation, CancellationToken cancel) =>
        await traces.FindLeftAsync(Partition, operation, cancel).ConfigureAwait(false) is { } trace ? new(ContractOutcome.Saved, Contract.From(trace)) : null;

    /// <summary>Creates a contract; number and times are given here.</summary>
    public Task<SavedContract> CreateAsync(Contract draft, Operation? operation, CancellationToken cancel) =>
        RaisingAsync(EventNames.ContractCreated, raised => TryCreateAsync(draft, operation, raised, cancel), cancel);

    /// <summary>Changes a contract, its key included; number and time of creation stay.</summary>
    public Task<SavedContract> UpdateAsync(long id, Func<Contract, Contract> change, Operation? operation, CancellationToken cancel) =>
        RaisingAsync(EventNames.ContractUpdated, raised => TryUpdateAsync(id, change, operation, raised, cancel), cancel);

    /// <summary>Deletes a contract; the licenses made under it stay. False when there is none.</summary>
    public async Task<bool> DeleteAsync(long id, Operation? operation, CancellationToken cancel) =>
        (await RaisingAsync(EventNames.ContractDeleted, raised => TryDeleteAsync(id, operation, raised, cancel), cancel).ConfigureAwait(false)).Outcome == ContractOutcome.Saved;

    private async Task<SavedContract> RaisingAsync(string name, Func<CatalogEvent, Task<SavedContract?>> attempt, CancellationToken cancel)
    {
        var raised = await events.BeginAsync(Partition, name, cancel).ConfigureAwait(false);
        var saved = await ConflictRetry.RunAsync(() => attempt(raised), time, cancel).ConfigureAwait(false);
        await raised.FollowAsync().ConfigureAwait(false);
        return saved;
    }

    private async Task<SavedContract?> TryCreateAsync(Contract draft, Operation? operation, CatalogEvent raised, CancellationToken cancel)
    {
        var next = await FindRowAsync(NextRow, cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var contract = draft with { Id = next?.Values.GetNumber("id") ?? 1, CreatedAt = now, UpdatedAt = now };
        var following = new RowValues { ["schema"] = 1, ["id"] = contract.Id + 1 };
        var result = await store.CommitAsync(TableNames.Catalog, Partition,
        [
            RowChange.Insert(KeyRow(contract.Key), Pointer(contract)),
            next is null ? RowChange.Insert(NextRow, following) : RowChange.Replace(NextRow, following, next.ETag),
            RowChange.Insert(IdRow(contract.Id), contract.ToValues()),
            .. traces.Rows(operation, contract.ToValues()),
            .. raised.Rows((name, at) => EventRows.Of(contract, name, at)),
        ], cancel).ConfigureAwait(false);
        return result.Committed ? new(ContractOutcome.Saved, contract) : await TakenAsync(contract, operation, cancel).ConfigureAwait(false);
    }

    private async Task<SavedContract?> TryUpdateAsync(long id, Func<Contract, Contract> change, Operation? operation, CatalogEvent raised, CancellationToken cancel)
    {
        var row = await FindRowAsync(IdRow(id), cancel).ConfigureAwait(false);
        if (row is null)
            return new(ContractOutcome.Unknown);
        var before = Contract.From(row.Values);
        var contract = change(before) with { Id = id, CreatedAt = before.CreatedAt, UpdatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        contract = contract with { HasMoved = before.HasMoved || contract.ProductId != before.ProductId };
        List<RowChange> changes =
        [
            RowChange.Replace(row.Key, contract.ToValues(), row.ETag),
            .. traces.Rows(operation, contract.ToValues()),
            .. raised.Rows((name, at) => EventRows.Of(contract, name, at)),
        ];
        if (contract.Key != before.Key)
            changes.AddRange([RowChange.Insert(KeyRow(contract.Key), Pointer(contract)), RowChange.Delete(KeyRow(before.Key), RowChange.AnyETag)]);
        var result = await store.CommitAsync(TableNames.Catalog, Partition, changes, cancel).ConfigureAwait(false);
        return result.Committed ? new(ContractOutcome.Saved, contract) : await TakenAsync(contract, operation, cancel).ConfigureAwait(false);
    }

    private async Task<SavedContract?> TryDeleteAsync(long id, Operation? operation, CatalogEvent raised, CancellationToken cancel)
    {
        var row = await FindRowAsync(IdRow(id), cancel).ConfigureAwait(false);
        if (row is null)
            return await FindLeftAsync(operation, cancel).ConfigureAwait(false) ?? new(ContractOutcome.Unknown);
        var result = await store.CommitAsync(TableNames.Catalog, Partition,
        [
            RowChange.Delete(row.Key, row.ETag),
            RowChange.Delete(KeyRow(Contract.From(row.Values).Key), RowChange.AnyETag),
            .. traces.Rows(operation, row.Values),
            .. raised.Rows((name, at) => EventRows.Of(Contract.From(row.Values), name, at)),
        ], cancel).ConfigureAwait(false);
        return result.Committed ? new(ContractOutcome.Saved) : await FindLeftAsync(operation, cancel).ConfigureAwait(false);
    }

    /// <summary>Why a commit was refused: an earlier attempt has landed, another contract has the key, or (null) a race was lost.</summary>
    private async Task<SavedContract?> TakenAsync(Contract contract, Operation? operation, CancellationToken cancel) =>
        await FindLeftAsync(operation, cancel).ConfigureAwait(false) is { } left ? left
        : await FindRowAsync(KeyRow(contract.Key), cancel).ConfigureAwait(false) is { } row && row.Values.GetNumber("id") != contract.Id
            ? new(ContractOutcome.KeyTaken)
            : null;

    private async Task<Row?> FindRowAsync(string key, CancellationToken cancel) =>
        await store.FindAsync(TableNames.Catalog, Partition, key, cancel).ConfigureAwait(false);

    private static RowValues Pointer(Contract contract) => new() { ["schema"] = 1, ["id"] = contract.Id };

    private static string IdRow(long id) => string.Create(CultureInfo.InvariantCulture, $"id.{id:D12}");

    /// <summary>A contract key is free text.</summary>
    private static string KeyRow(string key) => "key." + LicenseRows.Hash(key);
}
