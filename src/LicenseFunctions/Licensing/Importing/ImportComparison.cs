namespace LicenseFunctions.Licensing.Importing;

/// <summary>Tells a license that is here from one that is brought in, by what is known of that.</summary>
internal static class ImportComparison
{
    /// <summary>The columns in which they differ.</summary>
    public static IReadOnlyList<string> Differences(License license, ImportedLicense imported)
    {
        var draft = imported.Draft;
        var isExpiryOnly = imported is { IsExpiryKnown: true, IsAssignedAtKnown: false };
        (string Column, bool Differs)[] columns =
        [
            ("product", license.ProductId != draft.ProductId),
            ("status", license.Status != draft.Status),
            ("owner_name", license.OwnerName != draft.OwnerName),
            ("owner_email", license.OwnerEmail != draft.OwnerEmail),
            ("activation_limit", license.ActivationLimit != draft.ActivationLimit),
            ("validity", !isExpiryOnly && license.ValidityDays != draft.ValidityDays),
            ("assigned_at", imported.IsAssignedAtKnown && license.AssignedAt != draft.AssignedAt),
            ("expires_at", isExpiryOnly && license.ExpiresAt != draft.ExpiresAt),
            ("created_at", imported.IsCreatedAtKnown && license.CreatedAt != draft.CreatedAt),
        ];
        return [.. columns.Where(each => each.Differs).Select(each => each.Column)];
    }
}
