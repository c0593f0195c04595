using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;

namespace LicenseFunctions.Tests.Support;

/// <summary>Azure.Core's transport with every connection going to one loopback port, whose one certificate is trusted.</summary>
internal static class LoopbackTransport
{
    public static HttpPipelineTransport To(int port, X509Certificate2 certificate) => new HttpClientTransport(new HttpClient(HandlerTo(port, certificate)));

    public static SocketsHttpHandler HandlerTo(int port, X509Certificate2 certificate)
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
        return handler;
    }

    public static X509Certificate2 NewCertificate(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fake vault", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
