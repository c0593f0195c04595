using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Tests.Support;

/// <summary>A web server on the loopback that keeps what is posted to it and answers what the test wants.</summary>
public sealed class WebhookTarget : IAsyncDisposable
{
    private WebApplication _app = null!;

    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>What was posted, with its headers.</summary>
    public ConcurrentQueue<(string Body, Dictionary<string, string> Headers)> Posts { get; } = new();

    /// <summary>Done before each answer: a target that hangs, or breaks off.</summary>
    public Func<HttpContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The key that the last one says it was signed with.</summary>
    public string KeyId { get; private set; } = "";

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public string Url { get; private set; } = "";

    /// <summary>Starts one, at a port of its own or at one that is held for it.</summary>
    public static async Task<WebhookTarget> StartAsync(int port = 0)
    {
        var target = new WebhookTarget();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        target._app = builder.Build();
        target._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            target.KeyId = context.Request.Headers["X-Signature-Key-Id"].ToString();
            var body = await reader.ReadToEndAsync();
            target.Bodies.Enqueue(body);
            target.Posts.Enqueue((body, context.Request.Headers.ToDictionary(each => each.Key, each => each.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await target.Before(context);
            context.Response.StatusCode = (int)target.Status;
            context.Response.Headers.Location = "/elsewhere";
        });
        await target._app.StartAsync();
        target.Url = target._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return target;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The only post so far, as the signed answer that it is.</summary>
    public async Task<SignedReply> ReadAsync(ApiHost host)
    {
        var message = new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new StringContent(Assert.Single(Bodies), System.Text.Encoding.UTF8, "application/json") };
        message.Headers.Add("X-Signature-Key-Id", KeyId);
        return await SignedReply.ReadAsync(message, await host.Keys.AllAsync(CancellationToken.None));
    }
}
