using LicenseFunctions.Http;
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

    /// <summary>Whose limit that is.</summary>
    public LimitKind LimitedBy { get; init; }

    /// <summary>What binds the answer to its request; null where the caller sent no nonce.</summary>
    public CallBinding? Binding { get; init; }

    /// <summary>What is sent in the place of an envelope: a file.</summary>
    public IResult? Instead { get; init; }

    /// <summary>The instant of the answer; null for the instant at which it is signed.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The response as it was answered before, or is kept to be answered again; then it is not written anew.</summary>
    public RecordedAnswer? Recorded { get; init; }

    /// <summary>Set where the contract has no answer.</summary>
    public UnreadableRequest? Problem { get; init; }

    /// <summary>The signing keys that the caller insists on, as far as they are published; null when the current ones will do.</summary>
    public IReadOnlyList<string>? SigningKeyIds { get; init; }

    /// <summary>The answer as it is signed for a caller.</summary>
    public SignedAnswer For(SignedCaller? caller) => caller?.SigningKeyIds is { } pinned ? this with { SigningKeyIds = pinned } : this;

    /// <summary>A limit refused the request.</summary>
    public static SignedAnswer TooMany(WindowVerdict limit, LimitKind limitedBy) =>
        new(ResultCodes.TooManyRequests) { Limit = limit, LimitedBy = limitedBy };

    public static SignedAnswer From(RecordedAnswer recorded) =>
        new(new ResultCode(0, "", recorded.HttpStatus), recorded.KeyName) { Recorded = recorded };

    /// <summary>
    /// The answer bound to its request. One over a limit never is: all callers share it, so that a flood of nonces costs
    /// no signatures, and it says nothing of a license.
    /// </summary>
    public SignedAnswer BoundBy(CallBinding? binding) => binding is null || Limit is not null ? this : this with { Binding = binding };

    /// <summary>The answer with its response written, so that it can be kept.</summary>
    public RecordedAnswer Record(DateTimeOffset now) => Recorded ?? new(
        Code.HttpStatus, SigningKeyName, SignedEnvelope.Response(this, WireEscaping.Escaped, now).Written.ToArray());
}
