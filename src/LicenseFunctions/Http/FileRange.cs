using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace LicenseFunctions.Http;

/// <summary>The part of a file that a request asks for (RFC 9110, 14): all of it, one range, or one that is not there.</summary>
/// <param name="Status">200, 206 or 416.</param>
/// <param name="From">The first byte.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct FileRange(int Status, long From, long Length)
{
    /// <summary>True where a download begins: it is counted there, and not again for its later parts.</summary>
    public bool IsBeginning => Status != StatusCodes.Status416RangeNotSatisfiable && From == 0;

    /// <summary>What is asked for. Several ranges, another unit, or a range of what the file was before get all of it.</summary>
    public static FileRange Of(HttpRequest request, long size, EntityTagHeaderValue tag)
    {
        var whole = new FileRange(StatusCodes.Status200OK, 0, size);
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Ranges.Count: 1 } asked || !asked.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase))
            return whole;
        // A file has no date here, so a condition on one does not hold.
        if (request.Headers.IfRange.Count > 0 && headers.IfRange?.EntityTag?.Compare(tag, useStrongComparison: true) != true)
            return whole;
        var range = asked.Ranges.First();
        var from = range.From ?? Math.Max(size - range.To!.Value, 0);
        var to = range.From is null ? size - 1 : Math.Min(range.To ?? long.MaxValue, size - 1);
        return from >= size || from > to
            ? new(StatusCodes.Status416RangeNotSatisfiable, 0, 0)
            : new(StatusCodes.Status206PartialContent, from, to - from + 1);
    }

    /// <summary>The header that says so; null for all of it.</summary>
    public string? ContentRange(long size) => Status switch
    {
        StatusCodes.Status206PartialContent => string.Create(CultureInfo.InvariantCulture, $"bytes {From}-{From + Length - 1}/{size}"),
        StatusCodes.Status416RangeNotSatisfiable => string.Create(CultureInfo.InvariantCulture, $"bytes */{size}"),
        _ => null,
    };
}
