using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace LicenseFunctions.Tests.Support;

/// <summary>How a receiver treats what is posted to it.</summary>
public enum ReceiverManner
{
    Takes,
    Fails,
    Hangs,
    BreaksOff,
}

/// <summary>A receiver of webhooks that is not always well, and that can be gone and come back at the same port.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Body, Dictionary<string, string> Headers)> _posts = new();
    private readonly ConcurrentDictionary<string, bool> _accepted = new();
    private readonly LoopbackPort _port = new();
    private WebhookTarget _target = null!;
    private int _asked;
    private int _givenUp;

    public ReceiverManner Manner { get; set; }

    public string Url { get; private set; } = "";

    /// <summary>How often it was posted to.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>How often the sender did not want to wait any more.</summary>
    public int GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>The ids of the events that it took.</summary>
    public IReadOnlyCollection<string> Accepted => [.. _accepted.Keys];

    /// <summary>All that was posted to it.</summary>
    public IReadOnlyCollection<(string Body, Dictionary<string, string> Headers)> Posts => [.. _posts, .. _target.Posts];

    public static async Task<WebhookReceiver> StartAsync(ReceiverManner manner)
    {
        var receiver = new WebhookReceiver { Manner = manner };
        await receiver.ComeBackAsync();
        return receiver;
    }

    /// <summary>Closes its listener and whatever is connected.</summary>
    public async Task GoAsync()
    {
        foreach (var post in _target.Posts)
            _posts.Enqueue(post);
        _target.Posts.Clear();
        await _target.DisposeAsync();
    }

    public async Task ComeBackAsync()
    {
        _target = await WebhookTarget.StartAsync(_port.Number);
        _target.Before = TreatAsync;
        Url = _target.Url;
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        _port.Dispose();
    }

    private async Task TreatAsync(HttpContext context)
    {
        var manner = Manner;
        Interlocked.Increment(ref _asked);
        _target.Status = manner == ReceiverManner.Fails ? HttpStatusCode.InternalServerError : HttpStatusCode.OK;
        if (manner == ReceiverManner.BreaksOff)
            context.Abort();
        if (manner == ReceiverManner.Takes)
            _accepted[context.Request.Headers["X-Webhook-Id"].ToString()] = true;
        if (manner != ReceiverManner.Hangs)
            return;
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _givenUp);
        }
    }
}
