using System.Globalization;
using System.Net;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// An API key as its row has it. The key itself is never stored: the partition is its SHA-256.
/// </summary>
public sealed record ApiKey
{
    public const int Schema = 1;

    /// <summary>Stands in the capabilities for every one, also those that come later.</summary>
    public const string AllCapabilities = "*";

    /// <summary>The SHA-256 of the key, in lower-case hex.</summary>
    public required string Hash { get; init; }

    public required string Name { get; init; }

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Addresses or CIDR ranges it may be used from; none for any.</summary>
    public IReadOnlyList<string> AllowedIps { get; init; } = [];

    public bool IsActive { get; init; } = true;

    public long CreatedAt { get; init; }

    /// <summary>When it stops to work because another secret has taken its place, in Unix milliseconds; null when it does not.</summary>
    public long? EndsAt { get; init; }

    /// <summary>The signing keys (<c>kid</c>) whose answers its callers insist on, at most one of a name; the current ones sign otherwise.</summary>
    public IReadOnlyList<string> SigningKeyIds { get; init; } = [];

    /// <summary>The signing keys that it was pinned to before, each with the instant (Unix milliseconds) from which on it was not.</summary>
    public IReadOnlyList<EndedPin> EndedPins { get; init; } = [];

    /// <summary>What to call it by, whichever secret it has: the beginning of its first secret's hash, as in the log.</summary>
    public string Id
    {
        get => field ?? Hash[..12];
        init;
    }

    public bool HasEndedAt(long now) => EndsAt <= now;

    /// <summary>Until when its answers may have been signed with a key because it was pinned to it; null when they were not, or may be still.</summary>
    public long? PinnedUntil(string keyId, long now) => SigningKeyIds.Contains(keyId, StringComparer.Ordinal)
        ? HasEndedAt(now) ? EndsAt : null
        : EndedPins.FirstOrDefault(pin => pin.KeyId == keyId) is { } ended ? Math.Min(ended.At, EndsAt ?? long.MaxValue) : null;

    /// <summary>This key, which remembers what the one that it is made of was pinned to and it is not.</summary>
    public ApiKey ComingFrom(ApiKey before, long now)
    {
        EndedPin[] ended = [.. before.SigningKeyIds.Except(SigningKeyIds, StringComparer.Ordinal).Select(keyId => new EndedPin(keyId, now))];
        return ended.Length == 0 ? this : this with { EndedPins = [.. ended, .. EndedPins.Where(pin => ended.All(other => other.KeyId != pin.KeyId))] };
    }

    public bool Has(string capability) =>
        Capabilities.Contains(AllCapabilities, StringComparer.Ordinal) || Capabilities.Contains(capability, StringComparer.Ordinal);

    public bool Allows(IPAddress? address) =>
        AllowedIps.Count == 0 || (address is not null && AllowedIps.Any(range => IpRange.Parse(range).Contains(address)));

    public static ApiKey From(Row row) => new()
    {
        Hash = CopiedRow.FirstOf(row.Partition),
        Name = row.Values.GetText("name") ?? "",
        Capabilities = Split(row.Values.GetText("capabilities")),
        AllowedIps = Split(row.Values.GetText("allowed_ips")),
        IsActive = row.Values.GetBoolean("active"),
        CreatedAt = row.Values.GetNumber("created_at"),
        EndsAt = row.Values.FindNumber("ends_at"),
        SigningKeyIds = Split(row.Values.GetText("signing_keys")),
        EndedPins = [.. Split(row.Values.GetText("ended_pins")).Select(EndedPin.Parse)],
        Id = row.Values.GetText("id")!, // None: its hash says it, once somebody asks.
    };

    public RowValues ToValues() => new()
    {
        ["schema"] = Schema,
        ["name"] = Name,
        ["capabilities"] = string.Join(' ', Capabilities),
        ["allowed_ips"] = string.Join(' ', AllowedIps),
        ["active"] = IsActive,
        ["created_at"] = CreatedAt,
        ["ends_at"] = EndsAt,
        ["signing_keys"] = SigningKeyIds.Count == 0 ? null : string.Join(' ', SigningKeyIds),
        ["ended_pins"] = EndedPins.Count == 0 ? null : string.Join(' ', EndedPins),
        ["id"] = Id == Hash[..12] ? null : Id,
    };

    private static string[] Split(string? list) => (list ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A signing key that an API key is pinned to no more.</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="At">Since when, in Unix milliseconds.</param>
public sealed record EndedPin(string KeyId, long At)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{KeyId}:{At}");

    public static EndedPin Parse(string text) =>
        new(text[..text.IndexOf(':', StringComparison.Ordinal)], long.Parse(text.AsSpan(text.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture));
}
