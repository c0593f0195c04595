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
    Reservations reservations, ClaimLog log, ClaimedLicenses claimed, TimeProvider time)
{
    private static readonly TimeSpan Lapse = TimeSpan.FromMinutes(2);

    /// <summary>Does an order at once. Should it die half-way, a timer gives back what it had claimed.</summary>
    /// <param name="order">The order; its claim has the operation's id where there is one.</param>
    /// <param name="operation">Set when the request names itself: a resumed one goes on from what the earlier one claimed.</param>
    /// <param name="cancel">Cancels it before anything is claimed.</param>
    public async Task<AssignmentResult> AssignAsync(AssignmentOrder order, Operation? operation, CancellationToken cancel)
    {
        var claim = await log.OpenAsync(order.Claim, operation, cancel).ConfigureAwait(false);
        var planned = new List<PlannedClaim>();
        ClaimDecision? decision = null;
        AssignmentResult? result = null;
        if (claim.Decision is null)
        {
            var mine = claim.IsResumed ? await claimed.FindAsync(order.Claim, cancel).ConfigureAwait(false) : [];
            result = await CompleteAsync(
                order, mine, planned, done => log.TryDecideAsync(claim, decision = ClaimDecision.Of(done)), cancel).ConfigureAwait(false);
        }

        if (result is null)
            return await FollowAsync(order, planned, isNamed: operation is not null).ConfigureAwait(false);
        if (claim.IsResumed)
            await claimed.GiveBackAsync(order.Claim, decision!, planned).ConfigureAwait(false);
        if (operation is null)
            await log.CloseAsync(order.Claim).ConfigureAwait(false);
        return result;
    }

    /// <summary>Does an order that may have been begun before; what it claimed then counts. The caller closes the claim.</summary>
    /// <param name="order">The order.</param>
    /// <param name="tryDecideAsync">Writes down what came of it, before anything is given back; false when another is to decide.</param>
    /// <param name="cancel">Cancels it before anything is claimed.</param>
    public async Task ResumeAsync(AssignmentOrder order, Func<AssignmentResult, Task<bool>> tryDecideAsync, CancellationToken cancel) =>
        await CompleteAsync(order, await claimed.FindAsync(order.Claim, cancel).ConfigureAwait(false), [], tryDecideAsync, cancel).ConfigureAwait(false);

    /// <summary>Gives back the claims of calls that died. Called by a timer.</summary>
    public async Task GiveBackOverdueAsync(CancellationToken cancel)
    {
        foreach (var claim in await log.OverdueAsync(cancel).ConfigureAwait(false))
        {
            var decision = claim.Decision ?? ClaimDecision.Abandoned;
            // Refused when its call is alive after all, and has just decided.
            if (claim.Decision is null && !await log.TryDecideAsync(claim, decision).ConfigureAwait(false))
                continue;
            await claimed.GiveBackAsync(claim.Name, decision, []).ConfigureAwait(false);
            await log.CloseAsync(claim.Name).ConfigureAwait(false);
        }
    }

    /// <summary>What came of an order; null when it is another's to decide, as is then what this one has claimed.</summary>
    private async Task<AssignmentResult?> CompleteAsync(
        AssignmentOrder order, IReadOnlyList<License> mine, List<PlannedClaim> planned, Func<AssignmentResult, Task<bool>> tryDecideAsync, CancellationToken cancel)
    {
        var missing = order.Quantity - mine.Count;
        if (missing <= 0)
        {
            var had = new AssignmentResult([.. mine.Take(order.Quantity)], 0);
            return await tryDecideAsync(had).ConfigureAwait(false) ? had : null;
        }

        var reservation = await reservations.TakeAsync(
            $"assign.{order.ProductId}", missing, order.Generator is not null, Lapse, () => CountAsync(order.ProductId, cancel), cancel,
            id: order.Claim).ConfigureAwait(false);
        var licenses = new List<License>(mine);
        try
        {
            // Before anything is claimed, where it shows already that what is short cannot be made.
            var isBeyond = IsBeyondGenerator(order, missing - reservation.Quantity);
            if (!isBeyond)
            {
                licenses.AddRange(await ClaimAsync(order, reservation.Quantity, planned).ConfigureAwait(false));
                isBeyond = IsBeyondGenerator(order, order.Quantity - licenses.Count);
            }

            if (!isBeyond)
                licenses.AddRange(await MakeAsync(order, order.Quantity - licenses.Count, planned).ConfigureAwait(false));
            var result = licenses.Count == order.Quantity ? new AssignmentResult(licenses, 0)
                : isBeyond ? new([], 0) { IsBeyondGenerator = true }
                : new([], licenses.Count + (reservation.Quantity == 0 ? reservation.Free : 0));
            if (!await tryDecideAsync(result).ConfigureAwait(false))
                return null;
            if (result.Licenses.Count == 0)
                await claimed.GiveBackAsync(order.Claim, ClaimDecision.Abandoned, planned).ConfigureAwait(false);
            return result;
        }
        finally
        {
            await reservations.ReleaseAsync(reservation).ConfigureAwait(false);
        }
    }

    /// <summary>Answers as another attempt has decided, or the timer, and gives back what this one has claimed besides.</summary>
    private async Task<AssignmentResult> FollowAsync(AssignmentOrder order, IReadOnlyList<PlannedClaim> planned, bool isNamed)
    {
        var standing = await log.FindAsync(order.Claim, CancellationToken.None).ConfigureAwait(false);
        if (standing is { Decision: null })
            throw new StorageUnavailableException("A later attempt of this request has taken over.");
        await claimed.GiveBackAsync(order.Claim, standing?.Decision ?? ClaimDecision.Abandoned, planned).ConfigureAwait(false);
        if (standing?.Decision is { IsSettled: true, Licenses: var given })
        {
            var licenses = await claimed.FindAsync(order.Claim, CancellationToken.None).ConfigureAwait(false);
            return new([.. licenses.Where(license => given?.Contains(license.Id) != false).Take(order.Quantity)], 0);
        }

        if (standing is null)
            await log.CloseAsync(order.Claim).ConfigureAwait(false);
        if (standing is null || !isNamed)
            throw new StorageUnavailableException("It took so long that it was given back.");
        return new([], standing.Decision!.Available) { IsBeyondGenerator = standing.Decision.IsBeyondGenerator };
    }

    private static bool IsBeyondGenerator(AssignmentOrder order, int missing) =>
        missing > 0 && order.Generator is { } generator && !KeyMaker.CanMake(generator, missing);

    private async Task<int> CountAsync(long productId, CancellationToken cancel) =>
        await lists.CountAsync(productId, LicenseStatus.Available, cancel).ConfigureAwait(false)
        - await contractKeys.CountAvailableAsync(productId, cancel).ConfigureAwait(false);

    /// <summary>Claims until there are enough or none is left. The lists may be behind: what was tried counts by its revision.</summary>
    private async Task<IReadOnlyList<License>> ClaimAsync(AssignmentOrder order, int quantity, List<PlannedClaim> planned)
    {
        var mine = new List<License>();
        var tried = new Dictionary<long, long>();
        IReadOnlySet<long> contracts = new HashSet<long>();
        bool IsHeld(License license) => license.ContractId is { } contract && contracts.Contains(contract);
        bool IsWanted(License license) => !IsHeld(license) && license.Revision > tried.GetValueOrDefault(license.Id);
        while (mine.Count < quantity)
        {
            var candidates = await available.FindAsync(
                order.ProductId, quantity - mine.Count, IsWanted, CancellationToken.None).ConfigureAwait(false);
            if (candidates.Count == 0)
                break;
            if (candidates.Any(license => license.ContractId is not null))
            {
                // Read after them: a contract that is not there has been deleted, and is not one yet to come.
                contracts = await contractKeys.AllAsync(CancellationToken.None).ConfigureAwait(false);
                if (candidates.Any(IsHeld))
                    continue;
            }

            var next = candidates.Select(PlannedClaim.Of).ToArray();
            planned.AddRange(next);
            await log.AddAsync(order.Claim, next, CancellationToken.None).ConfigureAwait(false);
            var changes = await bulk.ChangeAsync(
                [.. candidates.Select(license => LicenseRows.Partition(license.Key))],
                (license, now) => license.Status == LicenseStatus.Available && license.ProductId == order.ProductId ? Assign(order, license, now) : null)
                .ConfigureAwait(false);
            mine.AddRange(changes.Select(change => change?.After).OfType<License>());
            foreach (var candidate in candidates)
                tried[candidate.Id] = candidate.Revision;
        }

        return mine;
    }

    private async Task<IReadOnlyList<License>> MakeAsync(AssignmentOrder order, int quantity, List<PlannedClaim> planned)
    {
        if (quantity <= 0 || order.Generator is not { } generator)
            return [];
        var draft = Assign(order, generator.Draft(order.ProductId), time.GetUtcNow().ToUnixTimeMilliseconds());
        return await generation.CreateAsync(
            generator, draft, quantity, null, CancellationToken.None,
            async licenses =>
            {
                var next = licenses.Select(license => new PlannedClaim(LicenseRows.Partition(license.Key))).ToArray();
                planned.AddRange(next);
                await log.AddAsync(order.Claim, next, CancellationToken.None).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private static License Assign(AssignmentOrder order, License license, long now) =>
        (order.Owner with { Claim = order.Claim }).Apply(license, now);
}
