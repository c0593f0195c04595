using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// Stands between a client and its service: each request takes the next step of the script, and goes through unharmed
/// when there is none left. It keeps what was sent.
/// </summary>
public sealed class ScriptedHandler : DelegatingHandler
{
    private readonly ConcurrentQueue<Step> _script = new();
    private Func<HttpRequestMessage, HttpResponseMessage>? _respond;

    public ScriptedHandler()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>What happens to a request; <c>forward</c> sends it on.</summary>
    public delegate Task<HttpResponseMessage> Step(Func<Task<HttpResponseMessage>> forward, CancellationToken cancel);

    public ConcurrentQueue<SentRequest> Sent { get; } = new();

    /// <summary>The service answers this without having done anything.</summary>
    public ScriptedHandler Answer(HttpStatusCode status, string body = "", params (string Name, string Value)[] headers) =>
        Next((_, _) =>
        {
            var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            foreach (var (name, value) in headers)
                answer.Headers.TryAddWithoutValidation(name, value);
            return Task.FromResult(answer);
        });

    /// <summary>The service does what it is asked, but its answer is lost.</summary>
    public ScriptedHandler LoseAnswer() => Next(async (forward, _) =>
    {
        using var answer = await forward();
        throw new HttpRequestException("The connection was closed.");
    });

    /// <summary>The service does what it is asked, then claims to have failed.</summary>
    public ScriptedHandler AnswerAfterwards(HttpStatusCode status) => Next(async (forward, _) =>
    {
        using var answer = await forward();
        return new HttpResponseMessage(status);
    });

    /// <summary>The request arrives and no answer ever comes.</summary>
    public ScriptedHandler Hang() => Next(async (_, cancel) =>
    {
        await Task.Delay(Timeout.Infinite, cancel);
        throw new InvalidOperationException();
    });

    /// <summary>What is answered after the script's end, instead of sending requests on.</summary>
    public ScriptedHandler Otherwise(Func<HttpRequestMessage, HttpResponseMessage> respond)
    {
        _respond = respond;
        return this;
    }

    public ScriptedHandler Next(Step step)
    {
        _script.Enqueue(step);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        Sent.Enqueue(new(request.Method.Method, request.RequestUri!, headers, body));
        Task<HttpResponseMessage> ForwardAsync() => base.SendAsync(request, cancellationToken);
        if (_script.TryDequeue(out var step))
            return await step(ForwardAsync, cancellationToken);
        return _respond?.Invoke(request) ?? await ForwardAsync();
    }
}

/// <summary>A request as it went out.</summary>
public sealed record SentRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, string Body);
