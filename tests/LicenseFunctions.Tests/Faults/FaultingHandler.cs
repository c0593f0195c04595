using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LicenseFunctions.Tests.Faults;

/// <summary>What happens to one request to the service.</summary>
internal enum ServiceFault
{
    Answers503,
    Answers500,
    Answers429,

    /// <summary>The service says that a condition of a change does not hold, though it does.</summary>
    Answers412,

    /// <summary>No answer comes, until the client gives up.</summary>
    TimesOut,

    /// <summary>The connection is lost before the service has done anything.</summary>
    ResetBefore,

    /// <summary>The connection is lost after the service has done its work.</summary>
    ResetAfter,

    /// <summary>It takes its time.</summary>
    Slow,

    /// <summary>From here on it answers nothing but 503, until the outage is over.</summary>
    Outage,
}

/// <summary>Stands between a client and its service: counts requests once armed, and harms the one it was told to.</summary>
internal sealed class FaultingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];
    private ServiceFault? _fault;
    private int _at = -1;
    private bool _isArmed;

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
                return [.. _requests];
        }
    }

    public bool HasStruck { get; private set; }

    public void Arm(int at, ServiceFault? fault)
    {
        lock (_gate)
        {
            (_at, _fault, _isArmed, HasStruck) = (at, fault, true, false);
            _requests.Clear();
        }
    }

    public void Disarm()
    {
        lock (_gate)
            _isArmed = false;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var isBatch = request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal);
        var hasCondition = request.Headers.Contains("If-Match") || (isBatch && body.Contains("If-Match", StringComparison.OrdinalIgnoreCase));
        switch (Enter($"{request.Method} {request.RequestUri.Segments[^1]}", hasCondition))
        {
            case ServiceFault.Answers503 or ServiceFault.Outage:
                return new(HttpStatusCode.ServiceUnavailable);
            case ServiceFault.Answers500:
                return new(HttpStatusCode.InternalServerError);
            case ServiceFault.Answers429:
                return new(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "1" } } };
            case ServiceFault.Answers412:
                return isBatch ? RefusedBatch() : Refused();
            case ServiceFault.TimesOut:
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case ServiceFault.ResetBefore:
                throw Reset();
            case ServiceFault.ResetAfter:
                (await base.SendAsync(request, cancellationToken)).Dispose();
                throw Reset();
            case ServiceFault.Slow:
                await Task.Delay(Pause, cancellationToken);
                break;
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private ServiceFault? Enter(string request, bool hasCondition)
    {
        lock (_gate)
        {
            if (!_isArmed)
                return null;
            _requests.Add(request);
            var isMeant = _fault == ServiceFault.Outage ? _requests.Count > _at : _requests.Count - 1 == _at;
            if (_at < 0 || !isMeant || (_fault == ServiceFault.Answers412 && !hasCondition))
                return null;
            HasStruck = true;
            return _fault;
        }
    }

    private static HttpRequestException Reset() => new("The connection was reset.", new IOException("reset", new SocketException(104)));

    private static HttpResponseMessage Refused() => new(HttpStatusCode.PreconditionFailed)
    {
        Content = new StringContent(NotMet, Encoding.UTF8, "application/json"),
    };

    private static HttpResponseMessage RefusedBatch()
    {
        var part = $"\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 412 Precondition Failed\r\nContent-Type: application/json\r\n\r\n{NotMet}\r\n";
        var content = new StringContent($"--batch\r\nContent-Type: multipart/mixed; boundary=set\r\n\r\n--set{part}--set--\r\n--batch--\r\n");
        content.Headers.ContentType = new("multipart/mixed") { Parameters = { new("boundary", "batch") } };
        return new(HttpStatusCode.Accepted) { Content = content };
    }

    private const string NotMet =
        """{"odata.error":{"code":"UpdateConditionNotSatisfied","message":{"value":"0:The update condition specified in the request was not satisfied."}}}""";
}
