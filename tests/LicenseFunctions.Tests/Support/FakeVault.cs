using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;
using LicenseFunctions.Signing.KeyVault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// A Key Vault on the loopback: its REST protocol over TLS with its authentication challenge, real RSA keys, and faults on
/// demand. <see cref="Uri"/> is what a vault is called; <see cref="Transport"/> is the way to this one, wherever that name
/// may point, and trusts its certificate alone.
/// </summary>
/// <remarks>
/// Signers of this process use <see cref="CreateSigner"/>; a process of its own is led here by the environment that
/// <see cref="FakeVaultDoor"/> makes.
/// </remarks>
public sealed class FakeVault : IAsyncDisposable
{
    private const string Resource = "https://vault.azure.net";
    private const string Tenant = "9d3c1c52-7a35-4d1f-8a3e-0f4be1b0c0de";

    private readonly ConcurrentQueue<Func<HttpContext, Task>> _faults = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly FakeVaultProtocol _protocol;
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _server;

    private FakeVault()
    {
        // A name of its own for each: the client remembers the challenge per name.
        Uri = new Uri($"https://fake-{Guid.NewGuid():N}.vault.azure.net/");
        _protocol = new FakeVaultProtocol(Uri);
        _certificate = LoopbackTransport.NewCertificate(Uri.Host);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    public Uri Uri { get; }

    public FakeCredential Credential { get; } = new();

    public HttpPipelineTransport Transport { get; private set; } = null!;

    /// <summary>Signatures made.</summary>
    public int Signings => _protocol.Signings;

    /// <summary>What was asked with a valid token, refused or not: "GET /keys".</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>How long every answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Items in a page of a list.</summary>
    public int PageSize { get => _protocol.PageSize; set => _protocol.PageSize = value; }

    public static async Task<FakeVault> StartAsync()
    {
        var vault = new FakeVault();
        await FakeVaultProtocol.PrepareAsync();
        await vault._server.StartAsync();
        vault.Transport = LoopbackTransport.To(vault.Port, vault._certificate);
        return vault;
    }

    /// <summary>A signer as another process would have it, except that it need not wait until a creation settles.</summary>
    public KeyVaultSigner CreateSigner(TimeProvider? clock = null) =>
        KeyVaultSigner.Create(Uri, Credential, clock ?? TimeProvider.System, Transport, settles: TimeSpan.Zero);

    /// <summary>The same, its requests passing through a handler that ends in <see cref="CreateHandler"/>.</summary>
    public KeyVaultSigner CreateSigner(HttpMessageHandler through) =>
        KeyVaultSigner.Create(Uri, Credential, TimeProvider.System, new HttpClientTransport(new HttpClient(through, disposeHandler: false)), settles: TimeSpan.Zero);

    /// <summary>The way to this vault.</summary>
    public HttpMessageHandler CreateHandler() => LoopbackTransport.HandlerTo(Port, _certificate);

    /// <summary>Another version of a key, as an operator would make it: newer than all others.</summary>
    public FakeVaultKey AddKey(string name) => _protocol.Add(name);

    /// <summary>The next requests are answered so: 429 with Retry-After, 503, 403 …</summary>
    public void Fail(int times, int status, int? retryAfterSeconds = null)
    {
        for (var i = 0; i < times; i++)
        {
            _faults.Enqueue(context =>
            {
                if (retryAfterSeconds is { } seconds)
                    context.Response.Headers.RetryAfter = $"{seconds}";
                return FakeVaultProtocol.Error(status, "Faulty").ExecuteAsync(context);
            });
        }
    }

    /// <summary>The next requests lose their connection.</summary>
    public void Drop(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _faults.Enqueue(context =>
            {
                context.Abort();
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>From now on nobody listens.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>The port of the loopback that really answers.</summary>
    internal int Port => new Uri(_server.Urls.Single()).Port;

    /// <summary>What a process has to trust.</summary>
    internal string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>The one token that is accepted.</summary>
    internal static string AcceptedToken => FakeCredential.Token(Tenant, Resource + "/.default");

    public async ValueTask DisposeAsync()
    {
        (Transport as IDisposable)?.Dispose();
        await _server.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue("Authorization", out var authorization))
        {
            // The client must not show what it asks for before it knows whom it asks.
            context.Response.StatusCode = context.Request.ContentLength > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"Bearer authorization=\"https://login.microsoftonline.com/{Tenant}\", resource=\"{Resource}\"";
            return;
        }

        if (authorization != $"Bearer {AcceptedToken}" || context.Request.Host.Host != Uri.Host)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        _requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay, context.RequestAborted);
        if (_faults.TryDequeue(out var fault))
            await fault(context);
        else
            await (await _protocol.AnswerAsync(context.Request)).ExecuteAsync(context);
    }
}
