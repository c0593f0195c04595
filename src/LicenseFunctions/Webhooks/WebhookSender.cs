using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using LicenseFunctions.Observability;

namespace LicenseFunctions.Webhooks;

/// <summary>How a delivery ended.</summary>
public enum WebhookOutcome
{
    /// <summary>The target answered 2xx.</summary>
    Delivered,

    /// <summary>It did not, or could not be reached; later it may.</summary>
    Failed,

    /// <summary>The target is none that may be sent to.</summary>
    Forbidden,
}

/// <summary>
/// Posts to addresses that callers name. A caller must not reach through us what only we can reach: the name is resolved
/// here, every address that is not of the open internet is left out, and the connection goes to one of those that were
/// checked, not to what the name may mean a moment later. Redirects are not followed, proxies not asked. A target that has not
/// answered is not asked again for a moment, so that a queue of posts to it does not hold up those to others.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private const int MostSilent = 4096;

    private readonly bool _allowPrivateTargets;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    // Most starts send nothing.
    private readonly Lazy<HttpClient> _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _within;
    private readonly Meters? _meters;
    private readonly ConcurrentDictionary<string, long> _silentSince = new(StringComparer.Ordinal);

    public WebhookSender(LicensingOptions options, TimeProvider time, Meters? meters = null)
        : this(options, time, Within, null, meters)
    {
    }

    /// <param name="options">Whether private targets are allowed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="within">How long one try may take.</param>
    /// <param name="resolve">What the addresses of a name are; null to ask as everybody does.</param>
    /// <param name="meters">Counts the attempts.</param>
    internal WebhookSender(
        LicensingOptions options, TimeProvider time, TimeSpan within, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        Meters? meters = null)
    {
        _time = time;
        _within = within;
        _meters = meters;
        _resolve = resolve ?? (static (host, cancel) => Dns.GetHostAddressesAsync(host, cancel));
        _allowPrivateTargets = options.AllowPrivateWebhookTargets;
        _http = new(() => new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = within,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
        })
        { Timeout = Timeout.InfiniteTimeSpan });
    }

    /// <summary>True for what can be a target at all: an absolute http or https address.</summary>
    public static bool IsTarget(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var target) && target.Scheme is "https" or "http" && target.Host.Length > 0;

    /// <summary>Posts a JSON document. One try, ten seconds at most.</summary>
    /// <param name="target">An address for which <see cref="IsTarget"/> holds.</param>
    /// <param name="json">The document.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<WebhookOutcome> PostAsync(
        string target, ReadOnlyMemory<byte> json, CancellationToken cancel, params (string Name, string Value)[] headers)
    {
        if (IsSilent(target))
            return WebhookOutcome.Failed;
        var outcome = await PostOnceAsync(target, json, headers, cancel).ConfigureAwait(false);
        _meters?.CountWebhook(outcome switch
        {
            WebhookOutcome.Delivered => "delivered",
            WebhookOutcome.Failed => "failed",
            WebhookOutcome.Forbidden => "forbidden",
        });
        return outcome;
    }

    private async Task<WebhookOutcome> PostOnceAsync(
        string target, ReadOnlyMemory<byte> json, (string Name, string Value)[] headers, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ReadOnlyMemoryContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("LicenseFunctions", "1"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var patience = new CancellationTokenSource(_within, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            // The body of the answer is nobody's concern, and may be endless.
            using var response = await _http.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? WebhookOutcome.Delivered : WebhookOutcome.Failed;
        }
        catch (HttpRequestException e) when (e.InnerException is ForbiddenTargetException)
        {
            return WebhookOutcome.Forbidden;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return WebhookOutcome.Failed;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            if (_silentSince.Count >= MostSilent)
                _silentSince.Clear();
            _silentSince[target] = _time.GetTimestamp();
            return WebhookOutcome.Failed;
        }
    }

    private bool IsSilent(string target)
    {
        if (!_silentSince.TryGetValue(target, out var since))
            return false;
        if (_time.GetElapsedTime(since) < Silence)
            return true;
        _silentSince.TryRemove(new(target, since));
        return false;
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var endPoint = context.DnsEndPoint;
        // Nobody resolves an address, and some resolvers refuse 0.0.0.0 in words of their own.
        var resolved = IPAddress.TryParse(endPoint.Host, out var address) ? [address] : await _resolve(endPoint.Host, cancel).ConfigureAwait(false);
        var addresses = _allowPrivateTargets ? resolved : Array.FindAll(resolved, PublicAddress.Is);
        if (addresses.Length == 0)
            throw new ForbiddenTargetException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class ForbiddenTargetException() : Exception("The target is not an address of the open internet.");
}
