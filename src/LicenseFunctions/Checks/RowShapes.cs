using LicenseFunctions.KeyRotation;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>A kind of row: where it stands, and what reads it.</summary>
/// <param name="Partition">Its partition key; what that begins with, where this ends in a dot; <c>#</c> for a SHA-256 in hex, <c>#.</c> for that and its copies; empty for any.</param>
/// <param name="Key">Its row key; what that begins with, where this ends in <c>.</c> or <c>~</c>; empty for any.</param>
/// <param name="Needs">The properties that it must have, <c>name:text|number|binary</c>.</param>
/// <param name="Read">Reads it as the application does; throws when it cannot.</param>
internal sealed record RowShape(string Partition, string Key, string Needs = "", Action<Row>? Read = null)
{
    private readonly (string Name, RowValueKind Kind)[] _needs = [.. Needs.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(need => need.Split(':')).Select(need => (need[0], Enum.Parse<RowValueKind>(need[1], ignoreCase: true)))];

    public bool IsOf(Row row) => Matches(Key, row.Key) && (Partition == "#" ? RowShapes.IsHash(row.Partition) : Partition == "#." ? RowShapes.IsHash(CopiedRow.FirstOf(row.Partition)) : Matches(Partition, row.Partition));

    public string? FlawOf(Row row)
    {
        foreach (var (name, kind) in _needs)
        {
            if (row.Values[name].Kind != kind)
                return $"it has no {name}";
        }

        try
        {
            Read?.Invoke(row);
            return null;
        }
#pragma warning disable CA1031 // Whatever a reader throws: the row cannot be read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"it cannot be read ({e.GetType().Name})";
        }
    }

    private static bool Matches(string pattern, string key) =>
        pattern is "" or [.., '.' or '~'] ? key.StartsWith(pattern, StringComparison.Ordinal) : key == pattern;
}

/// <summary>Every kind of row there is; another one is a finding.</summary>
internal static class RowShapes
{
    private const string License = "license_key:text id:number product_id:number status:text active_count:number revision:number created_at:number updated_at:number";
    private const string Pointer = "id:number";

    private static readonly Dictionary<string, RowShape[]> Shapes = new()
    {
        [TableNames.Licenses] =
        [
            new("#", LicenseRows.Usage, Read: WindowRows.ReadAll),
            new("#", LicenseRows.Recent, "license_id:number identifier:text activated_at:number"),
            new("#", LicenseRows.License, License, row => Licensing.License.From(row.Values)),
            new("#", "activation.", "license_id:number identifier:text activated_at:number"),
            new("#", "usage.", "license_id:number verification_count:number"),
            new("#", LicenseRows.AllMeta, "license_id:number number:number key:text"),
            new("#", "outbox.", License, row => Licensing.License.From(row.Values)),
            new("#", EventRows.Prefix, "event_names:text event_at:number", row => Licensing.License.From(row.Values)),
            new("#", "idem.", "payload:binary recorded_at:number http_status:number response:binary"),
        ],
        [TableNames.Listing] =
        [
            new("pending", "", "marked_at:number"),
            new("expires", "cursor", "day:number"),
            new("product.", ListingRows.Count, Read: row => ShardCount.From(row.Values)),
            new("contract.", ListingRows.Count, Read: row => ShardCount.From(row.Values)),
            .. new[] { "product.", "contract.", "owner.", "expires." }.Select(list => new RowShape(list, ListingRows.Prefix, License, ReadListed)),
        ],
        [TableNames.Catalog] =
        [
            new(ProductRows.Partition, "id.", "id:number uuid:text slug:text name:text", row => Product.From(row.Values)),
            new(ProductRows.Partition, "meta.", "product_id:number number:number key:text"),
            new(ProductRows.Partition, "feature.", "product_id:number key:text type:text", row => ProductFeature.From(row.Values)),
            new(ProductRows.Partition, "key.", "product_id:number public_key:text wrapped_key:binary private_key:binary"),
            .. new[] { "uuid.", "slug.", "next" }.Select(key => new RowShape(ProductRows.Partition, key, Pointer)),
            new("generator", "id.", "id:number uuid:text product_id:number method:text", row => Generator.From(row.Values)),
            .. new[] { "uuid.", "next" }.Select(key => new RowShape("generator", key, Pointer)),
            new("contract", "id.", "id:number contract_key:text product_id:number quantity:number", row => Contract.From(row.Values)),
            .. new[] { "key.", "next" }.Select(key => new RowShape("contract", key, Pointer)),
            .. new[] { ProductRows.Partition, "contract" }.Select(of => new RowShape(of, EventRows.Prefix, "event_names:text event_at:number event_of:text")),
            .. new[] { ProductRows.Partition, "contract", Traces.Elsewhere }.Select(of => new RowShape(of, "trace.", "left_at:number")),
            new("download", "", Read: ReadDownload),
            new("webhook", "id.", "id:text url:text events:text wrapped_key:binary secret:binary", row => Subscription.From(row.Values)),
            new("secret", "download-tokens", "secret:binary"),
            new(KeyPlans.Partition, "", "versions:text", row => KeyPlans.From(row)),
        ],
        [TableNames.ApiKeys] =
        [
            new("first", "claim", "claimed_at:number"),
            new("#.", "key", "name:text capabilities:text", row => ApiKey.From(row).Allows(null)),
            new("#", "use", "hour:number"),
        ],
        [TableNames.Limits] = [new("", "window", "written_at:number", WindowRows.ReadAll)],
        [TableNames.Access] = [.. new[] { "rules", "rules." }.Select(copy => new RowShape(copy, "rules", "rules:binary", ReadRules))],
        [TableNames.Ids] = [new("", "next", Pointer), new("store", "newest-schema", "newest:number")],
        [TableNames.Idempotency] =
        [
            new("expires", "", "table:text partition:text row:text"),
            new("plans", "", "planned_at:number licenses:binary"),
            new("claims", "", "begun_at:number keep_until:number"),
            new("claim.", "", "claims:binary", UnderWayCheck.ReadClaims),
            new("jobs", Licensing.Claiming.AssignmentJob.Prefix, "product_id:number quantity:number state:text due_at:number", row => Licensing.Claiming.AssignmentJob.From(row)),
            new("jobs", "note.", "keep_until:number"),
            new("jobs", "closing.", "closed_at:number"),
            new("held.", "held", "holdings:text", row => UnderWayCheck.ReadHoldings(row)),
            new("#", "record", "payload:binary recorded_at:number started_at:number operation:text"),
            new("#", "claim", "payload:binary recorded_at:number"),
            new("#", "response.", "response:binary recorded_at:number"),
        ],
        [TableNames.Telemetry] = [new("", "", "id:number created_at:number", row => TelemetryEntry.From(row.Values))],
        [TableNames.Webhooks] =
        [
            new("", "seen.", "seen_at:number"),
            .. new[] { "due.", "dead." }.Select(key => new RowShape("", key, "event_id:text event:text body:binary due_at:number first_at:number", row => Delivery.From(row))),
        ],
    };

    /// <summary>What is wrong with a row by itself; null when nothing is.</summary>
    public static string? FlawOf(string table, Row row)
    {
        var shape = Array.Find(Shapes.GetValueOrDefault(table, []), each => each.IsOf(row));
        if (shape is null)
            return "no such kind of row is known";
        return row.Values.GetNumber("schema") switch
        {
            0 => "it does not say of which version it is",
            > RowSchema.Newest => "it was written by a newer version of this program",
            _ => shape.FlawOf(row),
        };
    }

    public static bool IsHash(string text) => text.Length == 64 && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    /// <summary>Says which row it is. Keys of known kinds hold numbers and hashes; others may hold anything.</summary>
    public static string Shown(string table, Row row) => Array.Exists(Shapes.GetValueOrDefault(table, []), each => each.IsOf(row))
        ? $"{table} {Brief(row.Partition)} {Brief(row.Key)}"
        : $"{table} (partition #{LicenseRows.Hash(row.Partition)[..12]}, row #{LicenseRows.Hash(row.Key)[..12]})";

    /// <summary>The beginning of a hash, as in the log; anything else as it is.</summary>
    public static string Brief(string key) => IsHash(key) ? key[..12]
        : key.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 && IsHash(key[(dot + 1)..]) ? key[..(dot + 13)] : key;

    private static void ReadListed(Row row)
    {
        var listed = ListedLicense.From(row.Values);
        if (row.Key != ListingRows.Row(listed.License.Id))
            throw new FormatException("The row key is another license's.");
    }

    private static void ReadRules(Row row)
    {
        foreach (var ip in BlockRules.FromJson(row.Values.GetBinary("rules")).Ips)
            IpRange.Parse(ip);
    }

    private static void ReadDownload(Row row)
    {
        var isVersion = row.Key.Contains(".version.", StringComparison.Ordinal);
        if (!isVersion && (!row.Key.Contains(".number.", StringComparison.Ordinal) || row.Values.GetText("sha256") is null))
            throw new FormatException("Neither a version nor what leads to one.");
        if (row.Values.FindNumber("numeric_version") is null)
            throw new FormatException("It has no number.");
    }
}
