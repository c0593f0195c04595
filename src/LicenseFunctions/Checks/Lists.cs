namespace LicenseFunctions.Checks;

/// <summary>What is to be known of lists by their partition keys.</summary>
internal static class Lists
{
    /// <summary>Products' and contracts' lists have a row that counts them.</summary>
    public static bool IsCounted(string partition) =>
        partition.StartsWith("product.", StringComparison.Ordinal) || partition.StartsWith("contract.", StringComparison.Ordinal);

    /// <summary>By kind and number; an owner by the beginning of the hash of the address.</summary>
    public static string Shown(string partition) => $"the list {RowShapes.Brief(partition)}";
}
