using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LicenseFunctions.Webhooks;

/// <summary>Tells addresses of the open internet from all others: private, local, shared, documentation, multicast.</summary>
public static class PublicAddress
{
    /// <summary>Where Azure's own platform answers its virtual machines; the address looks public and is not.</summary>
    private static readonly IPAddress AzurePlatform = IPAddress.Parse("168.63.129.16");

    /// <summary>IANA's special-purpose IPv4 blocks, none of which is reached across the internet.</summary>
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Blocks of global unicast that are not: protocol assignments with Teredo, documentation, 6to4.</summary>
    private static readonly IPNetwork[] NotGlobal =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    /// <summary>The well-known prefix under which IPv4 addresses are reached from networks of IPv6 alone.</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && Translated.Contains(address))
            address = Embedded(address);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !address.Equals(AzurePlatform) && !Array.Exists(NotPublic, network => network.Contains(address))
            : GlobalUnicast.Contains(address) && !Array.Exists(NotGlobal, network => network.Contains(address));
    }

    private static IPAddress Embedded(IPAddress address)
    {
        var last = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes().AsSpan(12));
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, last);
        return new(bytes);
    }
}
