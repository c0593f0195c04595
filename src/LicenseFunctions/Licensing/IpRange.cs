using System.Net;
using System.Net.Sockets;

namespace LicenseFunctions.Licensing;

/// <summary>An address or a CIDR range, with IPv4 inside IPv6 taken for what it is.</summary>
public readonly record struct IpRange(IPNetwork Network)
{
    /// <summary>
    /// Parses <c>192.0.2.7</c>, <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>; host bits are dropped. Short and octal forms,
    /// which mean another address than they seem to (<c>10</c> is 0.0.0.10), are refused.
    /// </summary>
    public static bool TryParse(string text, out IpRange range)
    {
        range = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(host, out var parsed)
            || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != host))
        {
            return false;
        }

        var address = Plain(parsed);
        var bits = Bits(address);
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), out length) || length < 0 || length > bits))
            return false;
        range = new(new IPNetwork(Masked(address, length), length));
        return true;
    }

    public static IpRange Parse(string text) =>
        TryParse(text, out var range) ? range : throw new FormatException("Not an IP address or CIDR range.");

    public bool Contains(IPAddress address) => Network.Contains(Plain(address));

    /// <summary>As it is stored and shown: a single address without a length.</summary>
    public override string ToString() =>
        Network.PrefixLength == Bits(Network.BaseAddress) ? Network.BaseAddress.ToString() : Network.ToString();

    private static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static IPAddress Masked(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(length >= (i + 1) * 8 ? 0xFF : length <= i * 8 ? 0 : 0xFF << (8 - (length - (i * 8))));
        return new IPAddress(bytes);
    }
}
