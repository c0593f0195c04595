using Azure.Data.Tables;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>The filter by which the service reads a range.</summary>
internal static class TableFilter
{
    /// <summary>A filter that lets every row of the range pass, and few others; null for all rows.</summary>
    public static string? Of(RowRange range)
    {
        List<string> conditions = [];
        if (range.Partition is { } partition)
            conditions.Add(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"));
        else if (range.AfterPartition is { } before)
            conditions.Add(TableClient.CreateQueryFilter($"PartitionKey gt {before}"));
        var first = string.CompareOrdinal(range.From, range.Prefix) > 0 ? range.From! : range.Prefix;
        if (first.Length > 0)
            conditions.Add(TableClient.CreateQueryFilter($"RowKey ge {first}"));
        if (After(range.Prefix) is { } end)
            conditions.Add(TableClient.CreateQueryFilter($"RowKey lt {end}"));
        return conditions.Count > 0 ? string.Join(" and ", conditions) : null;
    }

    /// <summary>
    /// The first text that sorts after all that begin with the prefix: its last character one higher. A character that
    /// would become half of a surrogate pair is dropped instead, which lets too many rows pass rather than too few.
    /// </summary>
    private static string? After(string prefix)
    {
        for (var i = prefix.Length - 1; i >= 0; i--)
        {
            if (prefix[i] < '\uD7FF')
                return prefix[..i] + (char)(prefix[i] + 1);
        }

        return null;
    }
}
