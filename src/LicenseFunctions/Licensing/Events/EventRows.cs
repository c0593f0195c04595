using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Events;

/// <summary>
/// What has happened, as a row beside what it happened to, written in the same transaction. It holds what that was at the
/// moment; who is told of it is decided when it is replayed.
/// </summary>
public static class EventRows
{
    public const string Prefix = "event.";

    internal const string Names = "event_names";
    internal const string RaisedAt = "event_at";
    internal const string Kind = "event_of";
    internal const string PostUrl = "post_url";
    internal const string Identifier = "identifier";
    internal const string ActivatedAt = "activated_at";
    internal const string Reason = "reason";

    public static string NewKey() => $"{Prefix}{Guid.NewGuid():N}";

    public static RowValues Of(License license, IReadOnlyList<string> names, long now, ActivationDetail? detail = null)
    {
        var values = Stamp(license.ToValues(), "license", names, now);
        values[Identifier] = detail?.Identifier;
        values[ActivatedAt] = detail?.ActivatedAt;
        values[Reason] = detail?.Reason;
        values[PostUrl] = detail?.PostUrl;
        return values;
    }

    public static RowValues Of(Product product, string name, long now) => Stamp(product.ToValues(), "product", [name], now);

    public static RowValues Of(Contract contract, string name, long now) => Stamp(contract.ToValues(), "contract", [name], now);

    private static RowValues Stamp(RowValues values, string kind, IReadOnlyList<string> names, long now)
    {
        values[Kind] = kind;
        values[Names] = string.Join(',', names);
        values[RaisedAt] = now;
        return values;
    }
}

/// <summary>What an event says of an activation.</summary>
/// <param name="Identifier">Whose it is.</param>
/// <param name="ActivatedAt">Since when; null when there is none.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="PostUrl">Who asked to be told when it is removed.</param>
public sealed record ActivationDetail(string? Identifier, long? ActivatedAt = null, string? Reason = null, string? PostUrl = null);
