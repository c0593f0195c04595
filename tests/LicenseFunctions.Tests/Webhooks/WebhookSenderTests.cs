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
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("LOCALHOST")]
    [InlineData("0")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("169.254.169.254")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("168.63.129.16")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("[fe80::1]")]
    [InlineData("user:password@127.0.0.1")]
    [InlineData("127.0.0.1%2F.example.com@127.0.0.1")]
    public async Task A_private_target_is_refused_before_anything_is_connected(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new WebhookSender(new(), TimeProvider.System);

        var outcome = await sender.PostAsync($"http://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/", "{}"u8.ToArray(), CancellationToken.None);

        Assert.Equal(WebhookOutcome.Forbidden, outcome);
        Assert.False(listener.Pending());
    }

    /// <summary>Names that some machines resolve to themselves and others not at all.</summary>
    [Theory]
    [InlineData("localhost.")]
    [InlineData("x.localhost")]
    [InlineData("\u2460\u2461\u2466.0.0.1")]
    [InlineData("\uff11\uff12\uff17.0.0.1")]
    public async Task A_name_that_may_mean_this_machine_reaches_nothing(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new WebhookSender(new(), TimeProvider.System);

        var outcome = await sender.PostAsync($"http://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/", "{}"u8.ToArray(), CancellationToken.None);

        Assert.NotEqual(WebhookOutcome.Delivered, outcome);
        Assert.False(listener.Pending());
    }

    /// <summary>What a name meant when it was checked and what it means now may differ: only the checked addresses are tried.</summary>
    [Fact]
    public async Task A_name_that_changes_its_mind_is_connected_where_it_was_checked()
    {
        await using var inside = await WebhookTarget.StartAsync();
        var lookups = 0;
        using var sender = new WebhookSender(new(), TimeProvider.System, TimeSpan.FromSeconds(10), (_, _) => Task.FromResult<IPAddress[]>(
            Interlocked.Increment(ref lookups) == 1 ? [IPAddress.Loopback, IPAddress.Parse("10.0.0.1"), IPAddress.IPv6Loopback] : [IPAddress.Parse("8.8.8.8")]));

        var outcome = await sender.PostAsync($"http://rebinding.example:{new Uri(inside.Url).Port}/", "{}"u8.ToArray(), CancellationToken.None);

        Assert.Equal((WebhookOutcome.Forbidden, 1), (outcome, lookups));
        Assert.Empty(inside.Bodies);
    }

    [Fact]
    public async Task A_target_that_did_not_answer_is_not_asked_again_for_a_moment_while_others_are()
    {
        await using var silent = await WebhookReceiver.StartAsync(ReceiverManner.Hangs);
        await using var well = await WebhookTarget.StartAsync();
        var clock = new ManualTimeProvider { HoldsTimers = true };
        using var sender = new WebhookSender(new() { AllowPrivateWebhookTargets = true }, clock);

        Task<WebhookOutcome> PostAsync(string url) => sender.PostAsync(url, "{}"u8.ToArray(), CancellationToken.None);
        var unanswered = PostAsync(silent.Url);
        await Eventually.HoldsAsync(() => silent.Asked == 1);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(unanswered.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WebhookOutcome.Failed, await unanswered);
        Assert.Equal(WebhookOutcome.Failed, await PostAsync(silent.Url));
        Assert.Equal((1, WebhookOutcome.Delivered), (silent.Asked, await PostAsync(well.Url)));
        clock.Advance(TimeSpan.FromSeconds(6));
        silent.Manner = ReceiverManner.Takes;

        Assert.Equal(WebhookOutcome.Delivered, await PostAsync(silent.Url));
    }

    [Fact]
    public async Task A_target_that_nobody_listens_at_is_a_failure()
    {
        using var port = new LoopbackPort();
        using var sender = new WebhookSender(new() { AllowPrivateWebhookTargets = true }, TimeProvider.System);

        Assert.Equal(WebhookOutcome.Failed, await sender.PostAsync($"http://127.0.0.1:{port.Number}/", "{}"u8.ToArray(), CancellationToken.None));
    }
}
