using System.Net;
using System.Net.Sockets;
using LicenseFunctions.Tests.Support;
using LicenseFunctions.Webhooks;

namespace LicenseFunctions.Tests.Webhooks;

public sealed class WebhookSenderTests
{
    [Fact]
    public async Task A_document_is_posted_as_it_is()
    {
        await using var target = await WebhookTarget.StartAsync();
        using var sender = new WebhookSender(new() { AllowPrivateWebhookTargets = true }, TimeProvider.System);

        Assert.Equal(WebhookOutcome.Delivered, await sender.PostAsync(target.Url + "/hook?a=1", "{\"a\":1}"u8.ToArray(), CancellationToken.None));

        Assert.Equal("{\"a\":1}", Assert.Single(target.Bodies));
    }

    [Theory]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Anything_but_success_is_a_failure_and_no_redirect_is_followed(HttpStatusCode status)
    {
        await using var target = await WebhookTarget.StartAsync();
        target.Status = status;
        using var sender = new WebhookSender(new() { AllowPrivateWebhookTargets = true }, TimeProvider.System);

        Assert.Equal(WebhookOutcome.Failed, await sender.PostAsync(target.Url, "{}"u8.ToArray(), CancellationToken.None));

        Assert.Single(target.Bodies);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    public async Task A_private_target_is_refused_before_anything_is_connected(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new WebhookSender(new(), TimeProvider.System);

        var outcome = await sender.PostAsync($"http://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/", "{}"u8.ToArray(), CancellationToken.None);

        Assert.Equal(WebhookOutcome.Forbidden, outcome);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_target_that_did_not_answer_is_not_asked_again_for_a_moment_while_others_are()
    {
        await using var silent = await WebhookReceiver.StartAsync(ReceiverManner.Hangs);
        await using var well = await WebhookTarget.StartAsync();
        var clock = new ManualTimeProvider();
        using var sender = new WebhookSender(new() { AllowPrivateWebhookTargets = true }, clock, TimeSpan.FromMilliseconds(200), null);

        Task<WebhookOutcome> PostAsync(string url) => sender.PostAsync(url, "{}"u8.ToArray(), CancellationToken.None);
        Assert.Equal(WebhookOutcome.Failed, await PostAsync(silent.Url));
        Assert.Equal(WebhookOutcome.Failed, await PostAsync(silent.Url));
        Assert.Equal((1, WebhookOutcome.Delivered), (silent.Asked, await PostAsync(well.Url)));
        clock.Advance(TimeSpan.FromSeconds(6));
        silent.Manner = ReceiverManner.Takes;

        Assert.Equal(WebhookOutcome.Delivered, await PostAsync(silent.Url));
    }

    [Fact]
    public async Task A_target_that_nobody_listens_at_is_a_failure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var sender = new WebhookSender(new() { AllowPrivateWebhookTargets = true }, TimeProvider.System);

        Assert.Equal(WebhookOutcome.Failed, await sender.PostAsync($"http://127.0.0.1:{port}/", "{}"u8.ToArray(), CancellationToken.None));
    }
}
