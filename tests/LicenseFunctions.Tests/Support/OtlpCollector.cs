using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Tests.Support;

/// <summary>A collector on the loopback that keeps what it is sent: OTLP over HTTP, as protobuf.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
    private readonly WebApplication _server;

    private OtlpCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path.Value!, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
    }

    public string Address => _server.Urls.Single();

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        await collector._server.StartAsync();
        return collector;
    }

    /// <summary>Every byte of one kind: <c>/v1/traces</c>.</summary>
    public byte[] Received(string path) => [.. _received.Where(each => each.Path == path).SelectMany(each => each.Body)];

    /// <summary>The names of the metrics of a meter.</summary>
    public IEnumerable<string> Metrics(string meter) => Scopes("/v1/metrics", meter).SelectMany(scope => Protobuf.Texts(scope, 2, 1));

    /// <summary>The names of the spans of a source.</summary>
    public IEnumerable<string> Spans(string source) => Scopes("/v1/traces", source).SelectMany(scope => Protobuf.Texts(scope, 2, 5));

    /// <summary>The texts of the log lines.</summary>
    public IEnumerable<string> Logs() => Protobuf.Texts(Received("/v1/logs"), 1, 2, 2, 5, 1);

    /// <summary>The values of the attributes of whoever sent it.</summary>
    public IEnumerable<string> Resource(string path) => Protobuf.Texts(Received(path), 1, 1, 1, 2, 1);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private IEnumerable<byte[]> Scopes(string path, string name) =>
        Protobuf.Fields(Received(path), 1, 2).Where(scope => Protobuf.Texts(scope, 1, 1).Contains(name));
}
