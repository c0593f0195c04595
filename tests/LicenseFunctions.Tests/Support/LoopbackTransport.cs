using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;

namespace LicenseFunctions.Tests.Support;

/// <summary>Azure.Core's transport with every connection going to one loopback port, whose one certificate is trusted.</summary>
internal static class LoopbackTransport
{
    public static HttpPipelineTransport To(int port, X509Certificate2 certificate)
    {
        var expected = certificate.GetCertHash();
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, actual, _, _) =>
            actual is not null && actual.GetCertHash().AsSpan().SequenceEqual(expected);
        return new HttpClientTransport(new HttpClient(handler));
    }
}
