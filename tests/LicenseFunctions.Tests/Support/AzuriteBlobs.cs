using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using LicenseFunctions.Files.Blobs;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// The blob service of Azurite over TLS, which takes tokens as the real one does: issuer, audience and times are checked,
/// the signature is not. One process for the test run; each store gets a container of its own.
/// </summary>
internal sealed class AzuriteBlobs
{
    private const string Account = "devstoreaccount1";

    private static readonly Lazy<Task<AzuriteBlobs>> Running = new(() => Task.Run(StartAsync));

    private readonly LoopbackPort _port;
    private readonly X509Certificate2 _certificate;

    private AzuriteBlobs(LoopbackPort port, X509Certificate2 certificate) => (_port, _certificate) = (port, certificate);

    public static async Task<BlobFileStore> NewStoreAsync()
    {
        var azurite = await Running.Value;
        var container = new Uri($"https://127.0.0.1:{azurite._port.Number}/{Account}/{Guid.NewGuid():N}");
        var transport = LoopbackTransport.To(azurite._port.Number, azurite._certificate);
        var pipeline = HttpPipelineBuilder.Build(new BlobClientOptions { Transport = transport }, new BearerTokenAuthenticationPolicy(new Identity(), "https://storage.azure.com/.default"));
        using var message = pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Put;
        message.Request.Uri.Reset(new Uri($"{container}?restype=container"));
        message.Request.Headers.Add("x-ms-version", "2023-11-03");
        message.Request.Headers.Add("Content-Length", "0");
        await pipeline.SendAsync(message, default);
        Assert.Equal(201, message.Response.Status);
        return BlobFileStore.Connect(container, new Identity(), transport);
    }

    private static async Task<AzuriteBlobs> StartAsync()
    {
        var main = (await AzuritePackage.InstallAsync()).Replace(
            Path.Combine("src", "table", "main.js"), Path.Combine("src", "blob", "main.js"), StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("azurite-blobs-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        var port = new LoopbackPort();
        var process = Process.Start(new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--import", NodeProgram.EndWithParent, main, "--blobHost", "127.0.0.1", "--blobPort", port.Number.ToString(CultureInfo.InvariantCulture),
                "--inMemoryPersistence", "--disableTelemetry", "--silent", "--oauth", "basic", "--cert", "cert.pem", "--key", "key.pem",
            },
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            process.Kill(entireProcessTree: true);
            Directory.Delete(folder, recursive: true);
        };
        await WaitUntilItListensAsync(port.Number, process);
        return new(port, certificate);
    }

    private static async Task WaitUntilItListensAsync(int port, Process process)
    {
        var clock = Stopwatch.StartNew();
        while (!process.HasExited && clock.Elapsed < Eventually.Patience)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("Azurite's blob service did not start.");
    }

    /// <summary>Gives out a token with the claims that the service looks at.</summary>
    private sealed class Identity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var now = DateTimeOffset.UtcNow;
            var audience = Assert.Single(requestContext.Scopes).Replace("/.default", "", StringComparison.Ordinal);
            var claims = $$"""{"aud":"{{audience}}","iss":"https://sts.windows.net/test/","iat":{{now.ToUnixTimeSeconds() - 60}},"nbf":{{now.ToUnixTimeSeconds() - 60}},"exp":{{now.ToUnixTimeSeconds() + 3600}}}""";
            return new($"{Encode("""{"alg":"none","typ":"JWT"}""")}.{Encode(claims)}.x", now.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));

        private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }
}
