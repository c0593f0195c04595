using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Frees the slot of an identifier. From then on it fails verification, on every instance.</summary>
public sealed class LicenseDeactivation(LicenseRequest request, Products products, TimeProvider time, LicenseRule rule)
    : LicenseWork(request, products, time)
{
    /// <summary>False when the identifier held no slot.</summary>
    public bool WasActive { get; private set; }

    /// <summary>Also the places in time of the latest activation, which may be the one that goes, and of the one before.</summary>
    public override int HeadRows => base.HeadRows + 2;

    protected override LicenseRule Rule => rule;

    protected override bool NeedsIdentifier => true;

    protected override bool NeedsMarker(PartitionView view) => Wanted.HasAny(EventNames.OfRemoval)
        || (Request.IdentifierHash is { } hash && view.Find(LicenseRows.Activation(hash))?.GetText(EventRows.PostUrl) is not null);

    protected override string[] IdentifierRows(string identifierHash) =>
        [LicenseRows.Activation(identifierHash)];

    protected override void DecideBusiness(PartitionView view, License license)
    {
        var hash = Request.IdentifierHash!;
        var activation = view.Find(LicenseRows.Activation(hash));
        WasActive = LicenseUsage.IsOf(activation, license);
        if (!WasActive)
            return;
        view.Delete(LicenseRows.Activation(hash));
        // These two are there exactly as long as the activation is, so they need not be read.
        view.Delete(LicenseRows.ActivationUsage(hash));
        view.Delete(LicenseRows.RecentActivation(activation!.GetNumber("activated_at"), hash));
        var after = license with
        {
            ActiveCount = license.ActiveCount - 1,
            Latest = license.Latest?.IdentifierHash == hash ? NextLatest(view, license) : license.Latest,
        };
        view.Set(LicenseRows.License, after.ToValues());
        Raise(view, after, EventNames.OfRemoval, new(
            Request.Identifier, activation.GetNumber("activated_at"), PostUrl: activation.GetText(EventRows.PostUrl)));
    }

    private static LatestActivation? NextLatest(PartitionView view, License license)
    {
        foreach (var (key, row) in view.List(LicenseRows.Recent))
        {
            if (LicenseUsage.IsOf(row, license))
                return new(key[(key.LastIndexOf('.') + 1)..], row.GetText("identifier") ?? "", row.GetNumber("activated_at"));
        }

        return null;
    }
}
