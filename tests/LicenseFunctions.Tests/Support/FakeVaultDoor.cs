using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// Leads another process to a <see cref="FakeVault"/> by its environment alone, on Unix: a proxy takes its connections to
/// the vault's name here, a managed-identity endpoint gives it the token, and the vault's certificate is all it trusts.
/// </summary>
/// <remarks>Its settings: <c>Signing__Provider=KeyVault</c> and <c>Signing__VaultUri</c> = <see cref="FakeVault.Uri"/>.</remarks>
public sealed class FakeVaultDoor : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _proxy = new(IPAddress.Loopback, 0);
    private readonly FakeVault _vault;
    private readonly WebApplication _identity;

    private FakeVaultDoor(FakeVault vault)
    {
        _vault = vault;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _identity = builder.Build();
        _identity.Run(GiveTokenAsync);
    }

    /// <summary>To be added to the environment of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    public static async Task<FakeVaultDoor> OpenAsync(FakeVault vault)
    {
        var door = new FakeVaultDoor(vault);
        door._proxy.Start();
        _ = door.AcceptAsync();
        await door._identity.StartAsync();
        await File.WriteAllTextAsync(door._folder["vault.pem"], vault.CertificatePem);
        door.Environment = new Dictionary<string, string>
        {
            ["HTTPS_PROXY"] = $"http://{door._proxy.LocalEndpoint}",
            ["SSL_CERT_FILE"] = door._folder["vault.pem"],
            ["IDENTITY_ENDPOINT"] = $"{door._identity.Urls.Single()}/token",
            ["IDENTITY_HEADER"] = "door",
        };
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Dispose();
        await _identity.DisposeAsync();
        _folder.Dispose();
    }

    private static Task GiveTokenAsync(HttpContext context) => Results.Json(new
    {
        access_token = FakeVault.AcceptedToken,
        expires_on = $"{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}",
        resource = $"{context.Request.Query["resource"]}",
        token_type = "Bearer",
    }).ExecuteAsync(context);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = TunnelAsync(await _proxy.AcceptSocketAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task TunnelAsync(Socket client)
    {
        using var vault = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await using var here = new NetworkStream(client, ownsSocket: true);
        try
        {
            await ReadHeadAsync(here);
            await vault.ConnectAsync(IPAddress.Loopback, _vault.Port);
            await here.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            await using var there = new NetworkStream(vault);
            await Task.WhenAny(here.CopyToAsync(there), there.CopyToAsync(here));
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            // One of the two has gone.
        }
    }

    /// <summary>CONNECT and its headers, of which none matters: there is one place to go.</summary>
    private static async Task ReadHeadAsync(NetworkStream stream)
    {
        var one = new byte[1];
        for (var ends = 0; ends < 4;)
        {
            await stream.ReadExactlyAsync(one);
            ends = one[0] is (byte)'\r' or (byte)'\n' ? ends + 1 : 0;
        }
    }
}
