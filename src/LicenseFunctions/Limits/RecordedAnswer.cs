using System.Security.Cryptography;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>An answer that is kept so that a repeated request gets the same one.</summary>
/// <param name="HttpStatus">The HTTP status.</param>
/// <param name="KeyName">Whose key signs it; null for the global one.</param>
/// <param name="Response">The bytes that were answered, opaque here.</param>
public sealed record RecordedAnswer(int HttpStatus, string? KeyName, byte[] Response);

/// <summary>A request that names itself by an <c>Idempotency-Key</c>.</summary>
/// <param name="Scope">The hash of API key, method, path and the key that was sent.</param>
/// <param name="Payload">The SHA-256 of query and body.</param>
public sealed record IdempotentRequest(string Scope, byte[] Payload)
{
    /// <summary>How long a record holds.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromHours(24);

    /// <summary>The row of the record, in the partition of the change.</summary>
    public string RowKey => "idem." + Scope;

    /// <summary>True when the record is of this payload.</summary>
    public bool IsOf(RowValues record) => CryptographicOperations.FixedTimeEquals(record.GetBinary("payload"), Payload);

    public static bool IsHolding(RowValues record, long now) => now - record.GetNumber("recorded_at") < Holds.TotalMilliseconds;

    /// <summary>What claims the scope, without an answer as yet.</summary>
    public RowValues ToClaim(long now) => new() { ["schema"] = 1, ["payload"] = Payload, ["recorded_at"] = now };

    /// <summary>The record as a row of a partition whose changes are small.</summary>
    public RowValues ToValues(RecordedAnswer answer, long now) => new()
    {
        ["schema"] = 1,
        ["payload"] = Payload,
        ["recorded_at"] = now,
        ["http_status"] = answer.HttpStatus,
        ["key_name"] = answer.KeyName,
        ["response"] = answer.Response,
    };

    public static RecordedAnswer AnswerOf(RowValues record) =>
        new((int)record.GetNumber("http_status"), record.GetText("key_name"), record.GetBinary("response") ?? []);
}
