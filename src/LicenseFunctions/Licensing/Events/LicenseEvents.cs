namespace LicenseFunctions.Licensing.Events;

/// <summary>Tells what happened to a license from what it was and what it is.</summary>
public static class LicenseEvents
{
    /// <param name="before">Null when it is new.</param>
    /// <param name="after">Null when it is deleted.</param>
    public static IReadOnlyList<string> Between(License? before, License? after)
    {
        if (after is null)
            return [EventNames.LicenseDeleted];
        if (before is null)
            return after.Status == LicenseStatus.Assigned ? EventNames.OfCreation : [EventNames.LicenseCreated];
        List<string> names = [];
        if (after.ExpiryTold is not null && after.ExpiryTold != before.ExpiryTold)
            names.Add(EventNames.LicenseExpired);
        if (after.Status != before.Status && TransitionTo(before, after.Status) is { } transition)
            names.Add(transition);
        if (names.Count == 0 || IsOtherwiseChanged(before, after, names.Contains(EventNames.LicenseAssigned)))
            names.Add(EventNames.LicenseUpdated);
        return names;
    }

    private static string? TransitionTo(License before, LicenseStatus status) => status switch
    {
        // One that was suspended and is reinstated was not sold once more.
        LicenseStatus.Assigned when !before.IsAssigned => EventNames.LicenseAssigned,
        LicenseStatus.Suspended => EventNames.LicenseSuspended,
        LicenseStatus.Revoked => EventNames.LicenseRevoked,
        _ => null,
    };

    /// <summary>True when more has changed than what goes with the transition itself.</summary>
    private static bool IsOtherwiseChanged(License before, License after, bool isAssigned) => after != before with
    {
        Status = after.Status,
        AssignedAt = after.AssignedAt,
        UpdatedAt = after.UpdatedAt,
        Revision = after.Revision,
        Claim = after.Claim,
        ActiveCount = after.ActiveCount,
        Latest = after.Latest,
        ExpiryTold = after.ExpiryTold,
        OwnerName = isAssigned ? after.OwnerName : before.OwnerName,
        OwnerEmail = isAssigned ? after.OwnerEmail : before.OwnerEmail,
    };
}
