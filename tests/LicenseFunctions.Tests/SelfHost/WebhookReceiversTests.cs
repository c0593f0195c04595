using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Tests.Cli;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SelfHost;

/// <summary>The whole of it: a process that is killed, receivers that are not well, webhooks added by the command line.</summary>
public sealed class WebhookReceiversTests
{
    private const string ApiKey = "lk_of-the-tests-with-receivers";

    [Fact]
    public async Task Receivers_that_fail_hang_break_off_and_die_get_every_event_though_the_server_is_killed()
    {
        var since = DateTimeOffset.UtcNow;
        using var cli = new CommandLine();
        (string, string)[] settings =
            [("Storage__Path", cli.StorePath), ("Signing__Path", cli.KeysPath), ("Bootstrap__ApiKey", ApiKey), ("Webhooks__AllowPrivateTargets", "true")];
        var receivers = await Task.WhenAll(new[] { ReceiverManner.Takes, ReceiverManner.Fails, ReceiverManner.Hangs, ReceiverManner.BreaksOff, ReceiverManner.Takes }
            .Select(WebhookReceiver.StartAsync));
        var (well, hanging, gone) = (receivers[0], receivers[2], receivers[4]);
        var secrets = new List<string>();
        foreach (var receiver in receivers)
            secrets.Add((await cli.RunAsync("webhook", "add", "--url", receiver.Url, "--event", "product.created", "--json")).Json.GetProperty("secret").GetString()!);
        var client = new SelfHostClient(ApiKey, cli.KeysPath);
        await gone.GoAsync();

        await using (var first = await SelfHostProcess.StartAsync(Path.GetDirectoryName(cli.StorePath)!, settings))
        {
            await CreateAsync(first, "One");
            await Eventually.HoldsAsync(() => hanging.Asked == 1);
            await CreateAsync(first, "Two");
            await Eventually.HoldsAsync(() => well.Accepted.Count == 2);
            Assert.Equal(0, hanging.GivenUp);
            await Eventually.HoldsAsync(() => hanging.GivenUp > 0 && receivers[1].Asked >= 2 && receivers[3].Asked >= 2);
            var (failed, brokenOff) = (receivers[1].Asked, receivers[3].Asked);
            await CreateAsync(first, "Three");
            await Eventually.HoldsAsync(() => well.Accepted.Count == 3 && receivers[1].Asked > failed && receivers[3].Asked > brokenOff);
            await first.KillAsync();
        }

        foreach (var receiver in receivers)
            receiver.Manner = ReceiverManner.Takes;
        await gone.ComeBackAsync();
        await using var second = await SelfHostProcess.StartAsync(Path.GetDirectoryName(cli.StorePath)!, settings);
        await CreateAsync(second, "Four");
        await Eventually.HoldsAsync(() => receivers.All(receiver => receiver.Accepted.Count == 4));

        foreach (var (receiver, secret) in receivers.Zip(secrets))
        {
            Assert.Equal(["Four", "One", "Three", "Two"], receiver.Posts.Select(NameOf).Distinct().Order());
            Assert.All(receiver.Posts, post => ShouldBeGenuine(post.Body, post.Headers["X-Webhook-Signature"], secret, since));
            await receiver.DisposeAsync();
        }

        async Task CreateAsync(SelfHostProcess host, string name) =>
            (await client.PostAsync(host, "/api/v1/create-product", ("name", name), ("description", "d"))).ShouldBe(750, "Product created");
    }

    private static string? NameOf((string Body, Dictionary<string, string> Headers) post)
    {
        using var body = JsonDocument.Parse(post.Body);
        return body.RootElement.GetProperty("data").GetProperty("name").GetString();
    }

    /// <summary>What the README tells a receiver to do.</summary>
    private static void ShouldBeGenuine(string body, string header, string secret, DateTimeOffset since)
    {
        Assert.Matches("^t=[0-9]+,v1=[0-9a-f]{64}$", header);
        var (t, v1) = (header[2..header.IndexOf(',', StringComparison.Ordinal)], header[(header.IndexOf("v1=", StringComparison.Ordinal) + 3)..]);
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        Assert.Equal(hmac.ComputeHash(Encoding.UTF8.GetBytes(t + "." + body)), Convert.FromHexString(v1));
        Assert.InRange(long.Parse(t, CultureInfo.InvariantCulture), since.ToUnixTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }
}
