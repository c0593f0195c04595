using System.Net;
using System.Net.Sockets;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// A port of the loopback that stays ours while nobody listens at it: the socket bound to it never listens itself, so that
/// connections are refused until a server opens the port by its number, and nothing else is given the number meanwhile.
/// </summary>
internal sealed class LoopbackPort : IDisposable
{
    private readonly Socket _held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LoopbackPort()
    {
        _held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_held.LocalEndPoint!).Port;
        // Elsewhere a second socket could not be bound to it; there it is a number that was free a moment ago.
        if (!OperatingSystem.IsLinux())
            _held.Dispose();
    }

    public int Number { get; }

    public void Dispose() => _held.Dispose();
}
