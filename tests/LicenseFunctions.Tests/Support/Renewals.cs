using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>What the first attempt of a request that names itself writes while it acts.</summary>
internal static class Renewals
{
    /// <summary>A test that lets these fail plays a process that is frozen, however long it takes.</summary>
    public static bool IsRenewal(this StoreCall call) => call.IsCommit && call.Changes[0] is { Kind: RowChangeKind.Replace, Key: "record" } change
        && change.Values?.GetNumber("started_at") > 0 && !change.Values.GetBoolean("done");
}
