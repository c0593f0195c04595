using System.Text.Json;
using System.Text.Json.Serialization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>The first and the last line of a file.</summary>
internal static class ExportFormat
{
    public const string Name = "license-functions";

    /// <summary>The form of the lines. Raised when a program of today could not read them.</summary>
    public const int Version = 1;

    /// <summary>Longer than any row can be: 1 MiB as the service counts, each two bytes of it at most six in a line.</summary>
    public const int LongestLine = 6 * RowLimits.RowBytes;

    public static byte[] Header() => JsonSerializer.SerializeToUtf8Bytes(new ExportHeader(Name, Version), ExportJson.Default.ExportHeader);

    public static byte[] Footer(long rows, byte[] hash) =>
        JsonSerializer.SerializeToUtf8Bytes(new ExportFooter(rows, Convert.ToHexStringLower(hash)), ExportJson.Default.ExportFooter);
}

internal sealed record ExportHeader([property: JsonPropertyName("export")] string Export, [property: JsonPropertyName("version")] int Version);

/// <param name="Rows">How many rows there are.</param>
/// <param name="Sha256">Of all lines before this one, with their line feeds; in lower-case hex.</param>
internal sealed record ExportFooter([property: JsonPropertyName("rows")] long Rows, [property: JsonPropertyName("sha256")] string Sha256);

[JsonSerializable(typeof(ExportHeader))]
[JsonSerializable(typeof(ExportFooter))]
internal sealed partial class ExportJson : JsonSerializerContext;
