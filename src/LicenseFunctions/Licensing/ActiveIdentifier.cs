using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>An identifier that holds a slot of a license. Instants are Unix milliseconds.</summary>
public sealed record ActiveIdentifier(string Identifier, long ActivatedAt, VerificationTotals Verifications)
{
    public static ActiveIdentifier From(RowValues activation, RowValues? usage) => new(
        activation.GetText("identifier") ?? "",
        activation.GetNumber("activated_at"),
        usage is null ? VerificationTotals.None : new(usage.GetNumber("verification_count"), usage.FindNumber("last_verified_at")));
}
