using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>
/// The version of a row: the service's tag, and the ids of the last commits that wrote the row. A replace hands the ids
/// on, so that a commit whose answer was lost is found again even after others have changed its rows. Callers carry both
/// in the one opaque text.
/// </summary>
internal sealed class RowTag(ETag service, byte[] writes)
{
    /// <summary>The property that holds the ids, the latest first: the store's own, never seen above it.</summary>
    public const string Property = "_writes";

    private const int IdBytes = 8;
    private const int Remembered = 8;

    /// <summary>Matches no row. Stands for the tag of a row that was changed again before it could be read.</summary>
    public static RowTag OfThePast { get; } = new(new ETag("W/\"datetime'0001-01-01T00%3A00%3A00.0000000Z'\""), []);

    /// <summary>Matches the row as long as there is one.</summary>
    public static RowTag Any { get; } = new(ETag.All, []);

    public ETag Service => service;

    public static byte[] NewId() => RandomNumberGenerator.GetBytes(IdBytes);

    public static RowTag Of(TableEntity entity) =>
        new(entity.ETag, entity.TryGetValue(Property, out var writes) && writes is byte[] ids ? ids : []);

    /// <summary>Null for a text that is no tag: no row has it, and the service would refuse it as malformed.</summary>
    public static RowTag? Parse(string text)
    {
        if (text == RowChange.AnyETag)
            return Any;
        var end = text.LastIndexOf('"') + 1;
        if (!text.StartsWith("W/\"", StringComparison.Ordinal) || end < 5)
            return null;
        var writes = new byte[IdBytes * Remembered];
        return Convert.TryFromBase64Chars(text.AsSpan(end), writes, out var count)
            ? new(new ETag(text[..end]), writes[..count])
            : null;
    }

    /// <summary>The ids that the row gets from a commit with this id.</summary>
    public static byte[] Next(byte[] id, RowTag? replaced) =>
        replaced is null ? id : [.. id, .. replaced.Writes.AsSpan(0, Math.Min(replaced.Writes.Length, IdBytes * (Remembered - 1)))];

    public bool IsLastWrittenBy(byte[] id) => Writes.AsSpan().StartsWith(id);

    public bool IsWrittenBy(byte[] id) => Writes.Chunk(IdBytes).Any(other => other.AsSpan().SequenceEqual(id));

    /// <summary>Whether this is a later state of the row, as handed on from one replace to the next.</summary>
    public bool Follows(RowTag earlier) => earlier.Writes is { Length: >= IdBytes } ids && IsWrittenBy(ids[..IdBytes]);

    /// <summary>Whether ids may be forgotten of commits since an earlier state of the row; null where it is since the row was made.</summary>
    public bool IsCutSince(RowTag? earlier) =>
        earlier is null ? Writes.Length >= IdBytes * Remembered : earlier.Writes.Length > 0 && !Follows(earlier);

    public override string ToString() => service.ToString() + Convert.ToBase64String(Writes);

    private byte[] Writes => writes;
}
