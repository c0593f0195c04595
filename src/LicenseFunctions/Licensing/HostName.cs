using System.Globalization;
using System.Net;

namespace LicenseFunctions.Licensing;

/// <summary>
/// A host name as it is stored and compared: scheme, user info, port, path, query, fragment and a trailing dot dropped,
/// lower-cased, internationalised labels in their ASCII form (RFC 3492).
/// </summary>
public static class HostName
{
    private const int LongestInput = 2048;
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    /// <summary>Normalises; false when what is left is not a host name or an IP address.</summary>
    public static bool TryNormalize(string? text, out string host)
    {
        host = "";
        if (text is null || text.Length > LongestInput)
            return false;
        var rest = WithoutPort(WithoutUser(WithoutPath(WithoutScheme(text.Trim()))));
        if (rest.StartsWith('[') && rest.EndsWith(']'))
            return TryAddress(rest[1..^1], out host);
        if (rest.AsSpan().Count(':') > 1)
            return TryAddress(rest, out host);
        return TryAscii(rest, out var ascii) && TryCheck(ascii, out host);
    }

    private static string WithoutScheme(string text)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        if (at > 0 && text.AsSpan(0, at).IndexOfAnyExcept(SchemeCharacters) < 0)
            return text[(at + 3)..];
        return text.StartsWith("//", StringComparison.Ordinal) ? text[2..] : text;
    }

    private static string WithoutPath(string text) => text.IndexOfAny(['/', '\\', '?', '#']) is var at and >= 0 ? text[..at] : text;

    private static string WithoutUser(string text) => text[(text.LastIndexOf('@') + 1)..];

    private static string WithoutPort(string text)
    {
        var at = text.LastIndexOf(':');
        var isBareIPv6 = !text.StartsWith('[') && text.AsSpan().Count(':') > 1;
        return at >= 0 && !isBareIPv6 && !text.AsSpan(at).Contains(']') && text.AsSpan(at + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? text[..at] : text;
    }

    private static bool TryAddress(string text, out string host)
    {
        var isAddress = IPAddress.TryParse(text, out var address) && text.AsSpan().IndexOfAny('%', '/') < 0;
        host = isAddress ? address!.ToString() : "";
        return isAddress;
    }

    private static bool TryAscii(string text, out string ascii)
    {
        // The full stops of other scripts separate labels too (RFC 3490, 3.1).
        var name = text.Replace('\u3002', '.').Replace('\uff0e', '.').Replace('\uff61', '.').ToLowerInvariant();
        ascii = name = name.EndsWith('.') ? name[..^1] : name;
        if (System.Text.Ascii.IsValid(name))
            return name.Length > 0;
        try
        {
            ascii = Idn.GetAscii(name).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool TryCheck(string ascii, out string host)
    {
        host = ascii;
        if (ascii.Length is 0 or > LongestName)
            return false;
        foreach (var range in ascii.AsSpan().Split('.'))
        {
            var label = ascii.AsSpan(range);
            if (label.Length is 0 or > LongestLabel || label[0] == '-' || label[^1] == '-' || label.IndexOfAnyExcept(LabelCharacters) >= 0)
                return false;
        }

        return true;
    }

    private static readonly System.Buffers.SearchValues<char> LabelCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
}
