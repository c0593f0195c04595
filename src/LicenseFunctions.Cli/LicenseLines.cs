using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using LicenseFunctions.Licensing.Importing;
using LicenseFunctions.Moving;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Cli;

/// <summary>A line of a file: a license, or why it is none.</summary>
/// <param name="Number">Where it begins, counted from 1.</param>
/// <param name="Key">Its license key; empty when it has none.</param>
/// <param name="License">Null when it is refused.</param>
/// <param name="Refusal">Why.</param>
internal sealed record LicenseLine(long Number, string Key, ImportedLicense? License, string Refusal);

/// <summary>Reads licenses from comma-separated lines (RFC 4180, UTF-8), one at a time.</summary>
internal sealed class LicenseLines(Stream file, string delimiter, LicenseColumns columns)
{
    private const int LongestField = 64 * 1024;

    /// <exception cref="MoveRefusedException">The file as a whole cannot be read.</exception>
    public async IAsyncEnumerable<LicenseLine> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var isDamaged = false;
        var settings = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter, IgnoreBlankLines = true, MaxFieldSize = LongestField, MissingFieldFound = null, BadDataFound = _ => isDamaged = true,
        };
        using var text = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        using var csv = new CsvReader(text, settings, leaveOpen: true);
        using var seen = new SeenKeys();
        if (!await TryMoveAsync(csv).ConfigureAwait(false))
            throw new MoveRefusedException("The file is empty.");
        csv.ReadHeader();
        CheckHeader(csv.HeaderRecord ?? []);
        for (var line = csv.Parser.RawRow + 1L; await TryMoveAsync(csv).ConfigureAwait(false); line = csv.Parser.RawRow + 1L)
        {
            cancel.ThrowIfCancellationRequested();
            isDamaged = false;
            // A field is looked at when it is read.
            for (var i = 0; i < csv.Parser.Count; i++)
                csv.GetField(i);
            yield return Line(csv, line, isDamaged, seen);
        }
    }

    private LicenseLine Line(CsvReader csv, long number, bool isDamaged, SeenKeys seen)
    {
        var key = csv.GetField(LicenseColumns.Key) ?? "";
        if (isDamaged)
            return new(number, key, null, "has a quotation mark in the wrong place");
        if (csv.Parser.Count != csv.HeaderRecord!.Length)
            return new(number, key, null, $"has {csv.Parser.Count} columns, and the header {csv.HeaderRecord.Length}");
        try
        {
            var license = columns.Read(name => csv.TryGetField<string>(name, out var field) ? field : null);
            return seen.Add(license.Draft.Key, number) is { } first
                ? new(number, key, null, $"has the license_key of line {first}")
                : new(number, license.Draft.Key, license, "");
        }
        catch (FormatException wrong)
        {
            return new(number, key, null, wrong.Message);
        }
    }

    private static void CheckHeader(string[] header)
    {
        if (header.Except(LicenseColumns.Names, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new MoveRefusedException($"Line 1 is not a header that is known: there is no column \"{unknown}\". Columns are {string.Join(", ", LicenseColumns.Names)}.");
        if (!header.Contains(LicenseColumns.Key))
            throw new MoveRefusedException($"Line 1 is not a header that is known: it lacks the column {LicenseColumns.Key}.");
        if (header.Distinct(StringComparer.Ordinal).Count() < header.Length)
            throw new MoveRefusedException("Line 1 has a column twice.");
    }

    private static async Task<bool> TryMoveAsync(CsvReader csv)
    {
        try
        {
            return await csv.ReadAsync().ConfigureAwait(false);
        }
        catch (MaxFieldSizeException)
        {
            throw new MoveRefusedException($"After line {csv.Parser.RawRow} a field is longer than {LongestField} characters: most likely a quotation mark is missing.");
        }
        catch (DecoderFallbackException)
        {
            throw new MoveRefusedException($"After line {csv.Parser.RawRow} the file is not UTF-8; save it as that.");
        }
    }
}
