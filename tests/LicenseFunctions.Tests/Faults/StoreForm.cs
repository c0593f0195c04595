using System.Globalization;
using System.Text.RegularExpressions;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Faults;

/// <summary>
/// The rows of a store without what differs between two runs from the same start: which ids and random keys were drawn,
/// when something happened, what was merely counted. Equal forms mean that the same was done, as often.
/// </summary>
internal static partial class StoreForm
{
    /// <summary>What is counted beside the business, or forgotten by itself.</summary>
    private static readonly string[] Beside = [TableNames.Limits, TableNames.Audit, TableNames.Ids];

    /// <summary>A later write of the same thing may raise these.</summary>
    private static readonly string[] Drawn = ["revision", "download_counter"];

    public static async Task<IReadOnlyList<string>> OfAsync(ITableStore store)
    {
        var form = new List<string>();
        foreach (var table in TableNames.All.Except(Beside))
        {
            await foreach (var row in store.ListAsync(new(table, null), CancellationToken.None))
            {
                if (!IsCount(table, row))
                    form.Add($"{table} {Kind(row.Partition)} {Kind(row.Key)} {string.Join(' ', row.Values.Select(ValueOf))}");
            }
        }

        form.Sort(StringComparer.Ordinal);
        return form;
    }

    /// <summary>What is wrong between the rows of licenses: the active count is that of the activations, none exceeds the limit.</summary>
    /// <param name="store">The store.</param>
    /// <param name="partition">Of one license; null for all.</param>
    public static async Task<string?> FlawAsync(ITableStore store, string? partition = null)
    {
        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, partition), CancellationToken.None))
            rows.Add(row);
        var flaws = new List<string>();
        foreach (var rowsOfOne in rows.GroupBy(row => row.Partition))
        {
            var license = rowsOfOne.FirstOrDefault(row => row.Key == LicenseRows.License) is { } found ? License.From(found.Values) : null;
            var active = rowsOfOne.Count(row => row.Key.StartsWith(LicenseRows.Activation(""), StringComparison.Ordinal));
            var recent = rowsOfOne.Count(row => row.Key.StartsWith(LicenseRows.Recent, StringComparison.Ordinal));
            if (active != (license?.ActiveCount ?? 0) || recent != active || (license is { ActivationLimit: > 0 } && active > license.ActivationLimit))
                flaws.Add($"active count {license?.ActiveCount} of {license?.ActivationLimit}, activations {active}, places in time {recent}");
        }

        return flaws.Count == 0 ? null : string.Join(" | ", flaws);
    }

    private static bool IsCount(string table, Row row) =>
        row.Partition.StartsWith("held.", StringComparison.Ordinal)
        || (table == TableNames.Licenses && (row.Key == LicenseRows.Usage || row.Key.StartsWith("usage.", StringComparison.Ordinal)))
        || (table == TableNames.Idempotency && row.Partition == "expires");

    private static string Kind(string key) => Random().Replace(key, "#");

    private static string ValueOf(KeyValuePair<string, RowValue> value) => value.Value.Kind switch
    {
        RowValueKind.Number when value.Value.AsNumber() is < 1_000_000 and var number && !IsDrawn(value.Key) => $"{value.Key}={number}",
        RowValueKind.Boolean => $"{value.Key}={value.Value.AsBoolean()}",
        RowValueKind.Text when value.Value.AsText() is { Length: < 20 } text && !text.Any(char.IsDigit) => $"{value.Key}={text}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.Key}"),
    };

    private static bool IsDrawn(string name) => Drawn.Contains(name) || name == "id" || name.EndsWith("_id", StringComparison.Ordinal);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}|[0-9]+", RegexOptions.IgnoreCase)]
    private static partial Regex Random();
}
