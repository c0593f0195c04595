using LicenseFunctions.Limits;

namespace LicenseFunctions.SignedApi;

/// <summary>What is answered, before it is signed: a code, ordered fields, and whose key signs.</summary>
/// <param name="Code">The result.</param>
/// <param name="SigningKeyName">A product's own signing key; null for the global one.</param>
/// <param name="Fields">Writes the endpoint's own fields, which stand between the message and the timestamp.</param>
public sealed record SignedAnswer(ResultCode Code, string? SigningKeyName = null, Action<WireJson>? Fields = null)
{
    /// <summary>Set when a limit refused the request.</summary>
    public WindowVerdict? Limit { get; init; }

    /// <summary>What is sent in the place of an envelope: a file.</summary>
    public IResult? Instead { get; init; }
}
