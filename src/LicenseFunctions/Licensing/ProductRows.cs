using System.Globalization;

namespace LicenseFunctions.Licensing;

/// <summary>
/// The keys of the rows of the products' partition: the product, and beside it what belongs to it. Numbers of products
/// are given once, so a row that outlives its product means nothing.
/// </summary>
public static class ProductRows
{
    public const string Partition = "product";

    public const string Meta = "meta";
    public const string Feature = "feature";
    public const string OfflineKey = "key";

    /// <summary>What a product may have beside it, and what goes with it.</summary>
    public static IReadOnlyList<string> Parts { get; } = [Meta, Feature, OfflineKey];

    public static string Product(long id) => "id." + Number(id);

    /// <summary>The rows of one kind of all products.</summary>
    public static string All(string kind) => kind + ".";

    /// <summary>The rows of one kind of one product.</summary>
    public static string AllOf(string kind, long productId) => $"{kind}.{Number(productId)}.";

    /// <summary>One of them, by its name, which is free text.</summary>
    public static string Part(string kind, long productId, string name) => AllOf(kind, productId) + LicenseRows.Hash(name);

    /// <summary>What sorts rows by the number of their product.</summary>
    public static string Number(long productId) => productId.ToString("D12", CultureInfo.InvariantCulture);
}
