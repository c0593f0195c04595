using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Claiming;

/// <summary>Licenses to be given to somebody, whichever are available.</summary>
/// <param name="Claim">The name of this call.</param>
/// <param name="ProductId">Of which product.</param>
/// <param name="Generator">Makes what is short; null when nothing is to be made.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Owner">To whom.</param>
public sealed record AssignmentOrder(string Claim, long ProductId, Generator? Generator, int Quantity, Assignment Owner);

/// <summary>What came of an order.</summary>
/// <param name="Licenses">The licenses, as many as ordered; empty when there were not enough.</param>
/// <param name="Available">How many there are when they are not enough.</param>
public sealed record AssignmentResult(IReadOnlyList<License> Licenses, int Available)
{
    /// <summary>True when there were not enough, and the generator's keys are too few for what was short.</summary>
    public bool IsBeyondGenerator { get; init; }
}

/// <summary>
/// Assigns licenses by chance, as many as ordered or none. Each is claimed by a condition on itself, so no two callers ever
/// get the same. Before that the quantity is held back, so a caller who begins to claim finds enough: callers do not
/// end up with a part each, giving back and trying again.
/// </summary>
public sealed class RandomAssignment(
    AvailableLicenses available, LicenseLists lists, ContractKeys contractKeys, BulkLicenses bulk, LicenseGeneration generation,
    Reservations reservations, ClaimLog log, ITableStore store, TimeProvider time)
{
    private const int ReadsAtOnce = 32;

    private static readonly TimeSpan Lapse = TimeSpan.FromMinutes(2);

    /// <summary>Does an order at once. Should it die half-way, a timer gives back what it had claimed.</summary>
    /// <param name="order">The order; its claim has the operation's id where there is one.</param>
    /// <param name="operation">Set when the request names itself: a resumed one goes on from what the earlier one claimed.</param>
    /// <param name="cancel">Cancels it before anything is claimed.</param>
    public async Task<AssignmentResult> AssignAsync(AssignmentOrder order, Operation? operation, CancellationToken cancel)
    {
        await log.OpenAsync(order.Claim, operation is not null, cancel).ConfigureAwait(false);
        var result = operation is { IsResumed: true }
            ? await ResumeAsync(order, cancel).ConfigureAwait(false)
            : await CompleteAsync(order, [], cancel).ConfigureAwait(false);
        await log.SettleAsync(order.Claim, operation is not null).ConfigureAwait(false);
        return result;
    }

    /// <summary>Does an order that may have been begun before; what it claimed then counts. The caller closes the claim.</summary>
    public async Task<AssignmentResult> ResumeAsync(AssignmentOrder order, CancellationToken cancel) =>
        await CompleteAsync(order, await ClaimedAsync(order.Claim, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);

    /// <summary>The licenses that a claim has.</summary>
    public async Task<IReadOnlyList<License>> ClaimedAsync(string claim, CancellationToken cancel)
    {
        var partitions = (await log.ReadAsync(claim, cancel).ConfigureAwait(false)).Select(planned => planned.Partition).Distinct().ToArray();
        var licenses = new License?[partitions.Length];
        await Parallel.ForAsync(0, partitions.Length, new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancel }, async (i, token) =>
        {
            var row = await store.FindAsync(TableNames.Licenses, partitions[i], LicenseRows.License, token).ConfigureAwait(false);
            licenses[i] = row is not null && License.From(row.Values) is var license && IsOf(claim, license) ? license : null;
        }).ConfigureAwait(false);
        return [.. licenses.OfType<License>().OrderBy(license => license.Id)];
    }

    /// <summary>Gives back the claims of calls that died. Called by a timer.</summary>
    public async Task GiveBackOverdueAsync(CancellationToken cancel)
    {
        foreach (var (claim, isSettled) in await log.OverdueAsync(cancel).ConfigureAwait(false))
        {
            if (!isSettled)
                await GiveBackAsync(claim).ConfigureAwait(false);
            await log.CloseAsync(claim).ConfigureAwait(false);
        }
    }

    private async Task<AssignmentResult> CompleteAsync(AssignmentOrder order, IReadOnlyList<License> mine, CancellationToken cancel)
    {
        var missing = order.Quantity - mine.Count;
        if (missing <= 0)
            return new([.. mine.Take(order.Quantity)], 0);
        var reservation = await reservations.TakeAsync(
            $"assign.{order.ProductId}", missing, order.Generator is not null, Lapse, () => CountAsync(order.ProductId, cancel), cancel,
            id: order.Claim).ConfigureAwait(false);
        var licenses = new List<License>(mine);
        try
        {
            // Before anything is claimed, where it shows already that what is short cannot be made.
            if (IsBeyondGenerator(order, missing - reservation.Quantity))
                return await RefuseAsync(order).ConfigureAwait(false);
            licenses.AddRange(await ClaimAsync(order, reservation.Quantity).ConfigureAwait(false));
            if (IsBeyondGenerator(order, order.Quantity - licenses.Count))
                return await RefuseAsync(order).ConfigureAwait(false);
            licenses.AddRange(await MakeAsync(order, order.Quantity - licenses.Count).ConfigureAwait(false));
            if (licenses.Count < order.Quantity)
                await GiveBackAsync(order.Claim).ConfigureAwait(false);
        }
        finally
        {
            await reservations.ReleaseAsync(reservation).ConfigureAwait(false);
        }

        return licenses.Count == order.Quantity ? new(licenses, 0) : new([], licenses.Count + (reservation.Quantity == 0 ? reservation.Free : 0));
    }

    private static bool IsBeyondGenerator(AssignmentOrder order, int missing) =>
        missing > 0 && order.Generator is { } generator && !KeyMaker.CanMake(generator, missing);

    private async Task<AssignmentResult> RefuseAsync(AssignmentOrder order)
    {
        await GiveBackAsync(order.Claim).ConfigureAwait(false);
        return new([], 0) { IsBeyondGenerator = true };
    }

    private async Task<int> CountAsync(long productId, CancellationToken cancel) =>
        await lists.CountAsync(productId, LicenseStatus.Available, cancel).ConfigureAwait(false)
        - await contractKeys.CountAvailableAsync(productId, cancel).ConfigureAwait(false);

    /// <summary>Claims until there are enough or none is left. The lists may be behind: what was tried counts by its revision.</summary>
    private async Task<IReadOnlyList<License>> ClaimAsync(AssignmentOrder order, int quantity)
    {
        var claimed = new List<License>();
        var tried = new Dictionary<long, long>();
        IReadOnlySet<long> contracts = new HashSet<long>();
        bool IsHeld(License license) => license.ContractId is { } contract && contracts.Contains(contract);
        bool IsWanted(License license) => !IsHeld(license) && license.Revision > tried.GetValueOrDefault(license.Id);
        while (claimed.Count < quantity)
        {
            var candidates = await available.FindAsync(
                order.ProductId, quantity - claimed.Count, IsWanted, CancellationToken.None).ConfigureAwait(false);
            if (candidates.Count == 0)
                break;
            if (candidates.Any(license => license.ContractId is not null))
            {
                // Read after them: a contract that is not there has been deleted, and is not one yet to come.
                contracts = await contractKeys.AllAsync(CancellationToken.None).ConfigureAwait(false);
                if (candidates.Any(IsHeld))
                    continue;
            }

            await log.AddAsync(order.Claim, candidates.Select(PlannedClaim.Of), CancellationToken.None).ConfigureAwait(false);
            var changes = await bulk.ChangeAsync(
                [.. candidates.Select(license => LicenseRows.Partition(license.Key))],
                (license, now) => license.Status == LicenseStatus.Available && license.ProductId == order.ProductId ? Assign(order, license, now) : null)
                .ConfigureAwait(false);
            claimed.AddRange(changes.Select(change => change?.After).OfType<License>());
            foreach (var candidate in candidates)
                tried[candidate.Id] = candidate.Revision;
        }

        return claimed;
    }

    private async Task<IReadOnlyList<License>> MakeAsync(AssignmentOrder order, int quantity)
    {
        if (quantity <= 0 || order.Generator is not { } generator)
            return [];
        var draft = Assign(order, generator.Draft(order.ProductId), time.GetUtcNow().ToUnixTimeMilliseconds());
        return await generation.CreateAsync(
            generator, draft, quantity, null, CancellationToken.None,
            licenses => log.AddAsync(order.Claim, licenses.Select(license => new PlannedClaim(LicenseRows.Partition(license.Key))), CancellationToken.None))
            .ConfigureAwait(false);
    }

    private static License Assign(AssignmentOrder order, License license, long now) =>
        (order.Owner with { Claim = order.Claim }).Apply(license, now);

    private async Task GiveBackAsync(string claim)
    {
        var former = new Dictionary<string, PlannedClaim>(StringComparer.Ordinal);
        foreach (var planned in await log.ReadAsync(claim, CancellationToken.None).ConfigureAwait(false))
            former[planned.Partition] = planned;
        await bulk.ChangeAsync([.. former.Keys], (license, now) => !IsOf(claim, license) ? null : license with
        {
            Status = LicenseStatus.Available,
            OwnerName = former[LicenseRows.Partition(license.Key)].OwnerName,
            OwnerEmail = former[LicenseRows.Partition(license.Key)].OwnerEmail,
            AssignedAt = null,
            Claim = null,
            UpdatedAt = now,
        }).ConfigureAwait(false);
    }

    private static bool IsOf(string claim, License license) => license.Claim == claim && license.Status == LicenseStatus.Assigned;
}
