using System.Globalization;
using System.Net;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Http;

/// <summary>
/// Whose word about the client's address is taken. <c>X-Forwarded-For</c> can be sent by anybody; what stands at its right
/// end was added by the proxy that connected to us, what stands left of that by the one before. So it is read from the
/// right, and only as far as proxies go that the setting names.
/// </summary>
public sealed class TrustedProxies
{
    public const int MostHops = 10;

    /// <summary>More entries than any chain of proxies makes; what lies beyond is not looked at.</summary>
    private const int MostEntries = 32;

    private const string Header = "X-Forwarded-For";

    private readonly IpRange[] _ranges;
    private readonly int _hops;

    private TrustedProxies(IpRange[] ranges, int hops) => (_ranges, _hops) = (ranges, hops);

    /// <summary>Nobody is trusted: the client is who connects.</summary>
    public static TrustedProxies None { get; } = new([], 0);

    /// <summary>Reads a list of addresses and CIDR ranges, or the number of proxies before us.</summary>
    public static bool TryParse(string text, out TrustedProxies proxies)
    {
        proxies = None;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hops))
        {
            proxies = new([], hops);
            return hops is > 0 and <= MostHops;
        }

        var parts = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var ranges = new IpRange[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!IpRange.TryParse(parts[i], out ranges[i]))
                return false;
        }

        proxies = new(ranges, 0);
        return parts.Length > 0;
    }

    /// <summary>The address of the client, for allow lists, blocks and limits; null where the server does not know who connects.</summary>
    public IPAddress? ClientOf(HttpContext context)
    {
        var client = Plain(context.Connection.RemoteIpAddress);
        if (client is null || (_hops == 0 && !IsTrusted(client)))
            return client;
        var left = _hops;
        foreach (var entry in FromTheRight(context.Request.Headers[Header].ToString()))
        {
            // What is no address was written by somebody whom nobody vouches for: the last hop that is known has to do.
            if (!TryParseEntry(entry, out var address))
                return client;
            client = address;
            if (_hops > 0 ? --left == 0 : !IsTrusted(client))
                return client;
        }

        return client;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var range in _ranges)
        {
            if (range.Contains(address))
                return true;
        }

        return false;
    }

    private static IEnumerable<string> FromTheRight(string header)
    {
        var entries = header.Split(',', StringSplitOptions.TrimEntries);
        return header.Length == 0 ? [] : entries.Reverse().Take(MostEntries);
    }

    /// <summary>Reads <c>192.0.2.7</c>, <c>192.0.2.7:1234</c>, <c>2001:db8::7</c>, <c>[2001:db8::7]</c>, <c>[2001:db8::7]:1234</c>.</summary>
    private static bool TryParseEntry(string entry, out IPAddress address)
    {
        var host = entry;
        if (entry.StartsWith('['))
        {
            var end = entry.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < entry.Length && !IsPort(entry[(end + 1)..])))
                return Fail(out address);
            host = entry[1..end];
        }
        else if (entry.Count(c => c == ':') == 1)
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            if (!IsPort(entry[colon..]))
                return Fail(out address);
            host = entry[..colon];
        }

        // One address exactly: short and octal forms mean another than they seem to, a range or a zone means none.
        if (host.AsSpan().IndexOfAny('/', '%') >= 0 || !IpRange.TryParse(host, out var range))
            return Fail(out address);
        address = range.Network.BaseAddress;
        return true;
    }

    private static bool Fail(out IPAddress address)
    {
        address = IPAddress.None;
        return false;
    }

    private static bool IsPort(string text) =>
        text[0] == ':' && ushort.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
