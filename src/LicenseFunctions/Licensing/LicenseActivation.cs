using System.Text.Json;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>How an activation ended.</summary>
public enum ActivationOutcome
{
    /// <summary>The identifier holds a slot now.</summary>
    Activated,

    /// <summary>It held one already; nothing was consumed.</summary>
    AlreadyActive,

    /// <summary>No slot is free.</summary>
    LimitReached,

    /// <summary>The license was to be assigned first, and cannot be.</summary>
    NotAssignable,
}

/// <summary>Binds an identifier to a license: the count, the activation and its place in time change together.</summary>
/// <param name="request">The request.</param>
/// <param name="products">The products.</param>
/// <param name="time">The clock.</param>
/// <param name="assignment">Set to assign an available license in the same change.</param>
public sealed class LicenseActivation(
    LicenseRequest request, Products products, TimeProvider time, Assignment? assignment = null)
    : LicenseWork(request, products, time)
{
    public ActivationOutcome Outcome { get; private set; }

    protected override LicenseRule Rule => assignment is null ? LicenseRule.MustBeGood : LicenseRule.MustExist;

    protected override bool NeedsIdentifier => true;

    protected override string[] IdentifierRows(string identifierHash) =>
        [LicenseRows.Activation(identifierHash)];

    /// <summary>
    /// The identifier may have taken the last slot through another instance after its row was read: then it is active,
    /// and the limit has not been reached by others.
    /// </summary>
    public override IReadOnlyList<string> DoubtedRows =>
        Outcome == ActivationOutcome.LimitReached ? [LicenseRows.Activation(Request.IdentifierHash!)] : [];

    /// <summary>What is recorded with the change, or told to others, stands.</summary>
    public override bool IsFinal => Request.Idempotency is not null || Wanted.HasAny(EventNames.OfActivation);

    protected override bool NeedsMarker(PartitionView view) => assignment is not null || Wanted.HasAny(EventNames.OfActivation);

    protected override void DecideNothing(PartitionView view)
    {
        if (IsAdmitted && !IsLimited && License is not null && Standing != LicenseStanding.Good)
            Fail(view, License, JsonNamingPolicy.SnakeCaseLower.ConvertName(Standing.ToString()));
    }

    protected override void DecideBusiness(PartitionView view, License license)
    {
        if (assignment is not null && license.Status != LicenseStatus.Available)
        {
            Outcome = ActivationOutcome.NotAssignable;
            Fail(view, license, "not_assignable");
            return;
        }

        var hash = Request.IdentifierHash!;
        var assigned = assignment?.Apply(license, Now) ?? license;
        if (LicenseUsage.IsOf(view.Find(LicenseRows.Activation(hash)), license))
            Outcome = ActivationOutcome.AlreadyActive;
        else if (license.ActivationLimit > 0 && license.ActiveCount >= license.ActivationLimit)
            Outcome = ActivationOutcome.LimitReached;
        else
            Outcome = Activate(view, license, assigned, hash);
        if (Outcome == ActivationOutcome.AlreadyActive && assignment is not null)
        {
            LicenseOutbox.Stage(view, license, assigned);
            Raise(view, assigned, LicenseEvents.Between(license, assigned));
        }
        else if (Outcome == ActivationOutcome.LimitReached)
            Fail(view, license, "limit_reached");
    }

    private void Fail(PartitionView view, License license, string reason) =>
        Raise(view, license, [EventNames.ActivationFailed], new(Request.Identifier, Reason: reason));

    private ActivationOutcome Activate(PartitionView view, License before, License license, string hash)
    {
        // One place in time per activation, also for two in the same millisecond or for a clock that went back.
        var instant = Math.Max(Now, (license.Latest?.ActivatedAt ?? 0) + 1);
        var row = new RowValues
        {
            ["schema"] = 1,
            ["license_id"] = license.Id,
            ["identifier"] = Request.Identifier,
            ["activated_at"] = instant,
            [EventRows.PostUrl] = Request.PostUrl,
        };
        var activated = license with { ActiveCount = license.ActiveCount + 1, Latest = new(hash, Request.Identifier!, instant) };
        if (assignment is null)
            view.Set(LicenseRows.License, activated.ToValues());
        else
            LicenseOutbox.Stage(view, before, activated);
        view.Set(LicenseRows.Activation(hash), row);
        view.Set(LicenseRows.RecentActivation(instant, hash), row);
        LicenseUsage.Begin(view, license, hash);
        string[] happened = assignment is null ? [] : [.. LicenseEvents.Between(before, license)];
        Raise(view, activated, [.. happened, EventNames.LicenseActivated, EventNames.ActivationCreated], new(Request.Identifier, instant));
        return ActivationOutcome.Activated;
    }
}
