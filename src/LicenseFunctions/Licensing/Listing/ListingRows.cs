using System.Globalization;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>
/// The keys of the table <c>listing</c>. A product's licenses lie in sixteen shards by blocks of a hundred numbers, so that
/// bulk creation spreads, one transaction still takes a whole block, and a page is found by counting blocks.
/// </summary>
public static class ListingRows
{
    public const int Shards = 16;

    /// <summary>The year 9999: later is never.</summary>
    private const long MostInstant = 253_370_764_800_000;

    /// <summary>Numbers in a block.</summary>
    public const int BlockSize = 100;

    /// <summary>The row that counts a shard; it changes in the transaction of the rows it counts.</summary>
    public const string Count = "count";

    public const string Prefix = "id.";

    public static long BlockOf(long id) => id / BlockSize;

    public static int ShardOfBlock(long block) => (int)(block % Shards);

    public static string Product(long productId, int shard) =>
        string.Create(CultureInfo.InvariantCulture, $"product.{productId}.{shard}");

    /// <summary>The licenses of one owner, by e-mail address whatever its case.</summary>
    public static string Owner(string email) => "owner." + LicenseRows.Hash(email.ToLowerInvariant());

    /// <summary>The licenses made under one contract, counted: its quota is measured by them.</summary>
    public static string Contract(long id) => string.Create(CultureInfo.InvariantCulture, $"contract.{id}");

    /// <summary>The licenses that expire on a day.</summary>
    public static string ExpiryDay(DateTimeOffset day) => string.Create(CultureInfo.InvariantCulture, $"expires.{day.UtcDateTime:yyyyMMdd}");

    /// <summary>Where a license is found when it has expired; one that was expired when it was changed, on the day of that.</summary>
    public static string? Expiry(License license) => license.ExpiresAt is { } end && end <= MostInstant
        ? ExpiryDay(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(end, license.UpdatedAt)))
        : null;

    public static string Row(long id) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id:D12}");
}
