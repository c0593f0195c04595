using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Contracting;

/// <summary>How the making of keys under a contract ended.</summary>
public enum ContractGeneration
{
    Generated,

    /// <summary>Nothing is left of the quantity.</summary>
    LimitReached,

    /// <summary>Less is left than was asked for, or the generator cannot make so many.</summary>
    TooMany,
}

/// <summary>
/// The licenses made under contracts. A contract's quota is measured by its list, which follows its licenses whatever dies:
/// created ones by the plan of their creation, deleted ones by their outbox. While keys are being made their number is held
/// back; the holding of a call that died lapses once the plan has brought the list up to date.
/// </summary>
public sealed class ContractKeys(
    Contracts contracts, LicenseGeneration generation, BulkLicenses bulk, LicenseLists lists, Reservations reservations,
    CreationPlans plans, Traces traces)
{
    /// <summary>Longer than a call may last and a timer needs to finish its plan.</summary>
    private static readonly TimeSpan Lapse = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(3);

    /// <summary>How many licenses exist under a contract.</summary>
    public Task<int> CountAsync(long contractId, CancellationToken cancel) => lists.CountOfContractAsync(contractId, null, cancel);

    /// <summary>How many of a product's available licenses belong to contracts; those of deleted ones do not.</summary>
    public async Task<int> CountAvailableAsync(long productId, CancellationToken cancel)
    {
        var all = await contracts.ListAsync(null, cancel).ConfigureAwait(false);
        var counts = await Task.WhenAll(all.Where(contract => contract.HasMoved || contract.ProductId == productId).Select(contract =>
            contract.HasMoved ? CountOneByOneAsync(contract.Id, productId, cancel)
            : lists.CountOfContractAsync(contract.Id, LicenseStatus.Available, cancel))).ConfigureAwait(false);
        return counts.Sum();
    }

    /// <summary>The contracts that there are, whichever products' licenses were made under them.</summary>
    public async Task<IReadOnlySet<long>> AllAsync(CancellationToken cancel) =>
        (await contracts.ListAsync(null, cancel).ConfigureAwait(false)).Select(contract => contract.Id).ToHashSet();

    private async Task<int> CountOneByOneAsync(long contractId, long productId, CancellationToken cancel) =>
        (await lists.OfContractAsync(contractId, cancel).ConfigureAwait(false))
            .Count(license => license.ProductId == productId && license.Status == LicenseStatus.Available);

    /// <summary>Makes keys, all of them or none.</summary>
    public async Task<(ContractGeneration Outcome, IReadOnlyList<License> Licenses)> GenerateAsync(
        Contract contract, Generator generator, License draft, int quantity, Operation? operation, CancellationToken cancel)
    {
        var reservation = await ReserveAsync(contract.Id, quantity, operation, cancel).ConfigureAwait(false);
        if (reservation.Quantity == 0)
            return (reservation.Free == 0 ? ContractGeneration.LimitReached : ContractGeneration.TooMany, []);
        // Not cancelled by the caller: what is made without being listed would weigh on the quota until the plan is finished.
        using var limit = new CancellationTokenSource(LongestCall);
        var made = await generation.CreateAsync(generator, draft with { ContractId = contract.Id }, quantity, operation, limit.Token).ConfigureAwait(false);
        if (made.Count < quantity)
            await DeleteAsync(contract.Id, made).ConfigureAwait(false);
        // Only now, and not when something failed: then the holding has to last until the list is right.
        await reservations.ReleaseAsync(reservation).ConfigureAwait(false);
        return made.Count < quantity ? (ContractGeneration.TooMany, []) : (ContractGeneration.Generated, made);
    }

    /// <summary>The license that an earlier attempt of this request was about to delete, deleted now; null when there is none.</summary>
    public async Task<License?> FindDestroyedAsync(Operation? operation, CancellationToken cancel)
    {
        if (await traces.FindAsync(Contracts.Partition, operation, cancel).ConfigureAwait(false) is not { } trace)
            return null;
        return await DeleteLeftAsync(trace).ConfigureAwait(false);
    }

    private async Task<License> DeleteLeftAsync(RowValues trace)
    {
        var license = License.From(trace);
        await bulk.DeleteAsync([LicenseRows.Partition(license.Key)], found => found.Id == license.Id).ConfigureAwait(false);
        return license;
    }

    /// <summary>Deletes a license made under a contract. False when it is not one of that contract, or gone.</summary>
    public async Task<bool> DestroyAsync(long contractId, License license, Operation? operation, CancellationToken cancel)
    {
        if (await traces.LeaveAsync(Contracts.Partition, operation, license.ToValues(), cancel).ConfigureAwait(false) is { } left)
        {
            await DeleteLeftAsync(left).ConfigureAwait(false);
            return true;
        }

        return await DeleteAsync(contractId, [license]).ConfigureAwait(false) > 0;
    }

    /// <summary>Deletes every license made under a contract. False when there is none, nor was when the request was first sent.</summary>
    public async Task<bool> DestroyAllAsync(long contractId, Operation? operation, CancellationToken cancel)
    {
        var licenses = await lists.OfContractAsync(contractId, cancel).ConfigureAwait(false);
        var isResumed = await traces.FindAsync(Contracts.Partition, operation, cancel).ConfigureAwait(false) is not null;
        if (licenses.Count > 0 && !isResumed)
            isResumed = await traces.LeaveAsync(Contracts.Partition, operation, new() { ["schema"] = 1, ["contract_id"] = contractId }, cancel).ConfigureAwait(false) is not null;
        return await DeleteAsync(contractId, licenses).ConfigureAwait(false) > 0 || isResumed;
    }

    /// <summary>
    /// An attempt that named itself and had come to its plan holds its quantity still, for as long as the plan is kept for
    /// it: the next one goes on with both.
    /// </summary>
    private async Task<Reservation> ReserveAsync(long contractId, int quantity, Operation? operation, CancellationToken cancel)
    {
        var (scope, id) = ($"contract.{contractId}", operation?.Id.ToString("N"));
        if (id is not null && await plans.FindAsync(operation, cancel).ConfigureAwait(false) is not null)
            return new(scope, id, quantity, 0);
        var lapse = operation is null ? Lapse : Lapse + IdempotentRequest.Holds;
        return await reservations.TakeAsync(scope, quantity, mayBeLess: false, lapse, () => CountFreeAsync(contractId, cancel), cancel, id).ConfigureAwait(false);
    }

    private async Task<int> DeleteAsync(long contractId, IReadOnlyList<License> these)
    {
        var partitions = these.Select(license => LicenseRows.Partition(license.Key)).ToArray();
        var deleted = await bulk.DeleteAsync(partitions, license => license.ContractId == contractId).ConfigureAwait(false);
        return deleted.Count(change => change is not null);
    }

    private async Task<int> CountFreeAsync(long contractId, CancellationToken cancel)
    {
        var contract = await contracts.FindAsync(contractId, cancel).ConfigureAwait(false);
        return (contract?.Quantity ?? 0) - await CountAsync(contractId, cancel).ConfigureAwait(false);
    }
}
