using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What is done with a piece of metadata.</summary>
public enum MetaEditKind
{
    Create,
    Update,
    Delete,
}

/// <summary>A change of a license's metadata.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Key">Of which piece.</param>
/// <param name="Value">Its new value; empty to delete it.</param>
public sealed record MetaEdit(MetaEditKind Kind, string Key, string Value);

/// <summary>
/// Changes a license's metadata. The license's own row, which counts and numbers the pieces, is part of each commit: so
/// the license still exists and is assigned, its identifier still active, at the moment of the change.
/// </summary>
/// <param name="request">With an identifier, that must be active; without one the license itself is meant.</param>
/// <param name="products">The products.</param>
/// <param name="time">The clock.</param>
/// <param name="edit">Null when what was sent cannot be done anyway: then only the rest is looked at.</param>
public sealed class LicenseMetaChange(LicenseRequest request, Products products, TimeProvider time, MetaEdit? edit)
    : LicenseWork(request, products, time)
{
    private const string Owner = "license_id";

    public MetaOutcome Outcome { get; private set; }

    /// <summary>The number of the piece that was created or updated.</summary>
    public long MetaId { get; private set; }

    protected override LicenseRule Rule => LicenseRule.MustBeAssigned;

    protected override string[] OwnRows => edit is null ? [] : [LicenseRows.Meta(edit.Key)];

    protected override string[] IdentifierRows(string identifierHash) => [LicenseRows.Activation(identifierHash)];

    protected override void DecideBusiness(PartitionView view, License license)
    {
        var isMeant = Request.IdentifierHash is not { } hash || LicenseUsage.IsOf(view.Find(LicenseRows.Activation(hash)), license);
        Outcome = !isMeant ? MetaOutcome.NotActive
            : edit is null ? MetaOutcome.Done
            : Apply(view, license, edit);
    }

    private MetaOutcome Apply(PartitionView view, License license, MetaEdit wanted)
    {
        var row = view.Find(LicenseRows.Meta(wanted.Key));
        var found = LicenseUsage.IsOf(row, license) ? MetaEntry.From(row!) : null;
        switch (wanted.Kind)
        {
            case MetaEditKind.Create when found is not null:
                return MetaOutcome.KeyExists;
            case MetaEditKind.Create when license.MetaCount >= MetaEntry.Most:
                return MetaOutcome.Full;
            case MetaEditKind.Create:
                license = license with { MetaCount = license.MetaCount + 1, LastMetaId = license.LastMetaId + 1 };
                return Set(view, license, new(license.LastMetaId, wanted.Key, wanted.Value));
            case MetaEditKind.Update or MetaEditKind.Delete when found is null:
                return MetaOutcome.KeyUnknown;
            case MetaEditKind.Update:
                return Set(view, license, found with { Value = wanted.Value });
            default:
                view.Set(LicenseRows.License, (license with { MetaCount = license.MetaCount - 1 }).ToValues());
                view.Delete(LicenseRows.Meta(wanted.Key));
                return MetaOutcome.Done;
        }
    }

    private MetaOutcome Set(PartitionView view, License license, MetaEntry entry)
    {
        MetaId = entry.Id;
        view.Set(LicenseRows.License, license.ToValues());
        view.Set(LicenseRows.Meta(entry.Key), entry.ToValues(Owner, license.Id));
        return MetaOutcome.Done;
    }
}
