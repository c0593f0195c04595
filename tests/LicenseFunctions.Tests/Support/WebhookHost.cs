using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;
using LicenseFunctions.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LicenseFunctions.Tests.Support;

/// <summary>The application with a target on the loopback that wants every event.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    public const string Secret = "a secret of some length";

    public ManualTimeProvider Clock { get; } = new();

    public WebhookTarget Target { get; private set; } = null!;

    public ApiHost Host { get; private set; } = null!;

    public Subscription Subscription { get; private set; } = null!;

    public static Task<WebhookHost> StartAsync(ITableStore? store = null, params string[] events) => StartAsync(null, store, events);

    /// <summary>The same with a sender that waits for each target as long as this.</summary>
    public static async Task<WebhookHost> StartAsync(TimeSpan? within, ITableStore? store, params string[] events)
    {
        var started = new WebhookHost { Target = await WebhookTarget.StartAsync() };
        started.Host = await ApiHost.StartWithAsync(builder =>
        {
            if (within is { } patience)
                builder.Services.Replace(ServiceDescriptor.Singleton(new WebhookSender(new() { AllowPrivateWebhookTargets = true }, started.Clock, patience)));
        }, store, null, started.Clock, ("Webhooks:AllowPrivateTargets", "true"));
        (started.Subscription, _) = await started.Get<VendorWebhooks>().AddAsync(
            started.Target.Url, events.Length == 0 ? EventNames.All : events, Secret, default);
        return started;
    }

    public T Get<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    public Task DeliverAsync() => Get<WebhookDispatcher>().RunDueAsync(default);

    /// <summary>What the timer does for requests that died.</summary>
    public async Task ReplayOverdueAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(61));
        await Get<LicenseOutbox>().ReplayOverdueAsync(default);
    }

    /// <summary>Waits until each of the events has arrived, then answers them in order of arrival.</summary>
    public async Task<string[]> ReceivedAsync(params string[] expected)
    {
        string[] names = [];
        await Eventually.HoldsAsync(async () =>
        {
            await DeliverAsync();
            names = [.. Target.Posts.Select(post => post.Headers["X-Webhook-Event"])];
            return !expected.Except(names).Any();
        });
        return names;
    }

    public JsonElement DataOf(string name) => JsonDocument.Parse(
        Target.Posts.First(post => post.Headers["X-Webhook-Event"] == name).Body).RootElement.GetProperty("data");

    /// <summary>Verifies as a vendor would.</summary>
    public static void ShouldBeSigned((string Body, Dictionary<string, string> Headers) post)
    {
        var parts = post.Headers["X-Webhook-Signature"].Split(',').ToDictionary(part => part.Split('=')[0], part => part.Split('=')[1]);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{parts["t"]}.{post.Body}"));
        Assert.Equal(Convert.ToHexStringLower(mac), parts["v1"]);
        Assert.Equal(JsonDocument.Parse(post.Body).RootElement.GetProperty("id").GetString(), post.Headers["X-Webhook-Id"]);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Target.DisposeAsync();
    }
}
