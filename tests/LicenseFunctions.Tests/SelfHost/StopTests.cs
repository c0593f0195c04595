using System.Collections.Concurrent;
using System.Net;
using LicenseFunctions.Tests.Cli;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SelfHost;

/// <summary>SIGTERM under load: what was begun is answered, and what was not answered was not begun.</summary>
public sealed class StopTests : IDisposable
{
    private const string ApiKey = "lk_given-by-the-setting-and-never-shown";
    private const int Callers = 16;
    private const int AnswersBefore = 200;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Under_load_no_answer_is_lost_and_nothing_is_done_without_one()
    {
        await using var host = await SelfHostProcess.StartAsync(
            _folder.Path, ("Bootstrap__ApiKey", ApiKey), ("RateLimits__LicensePerMinute", "0"), ("RateLimits__DomainActivatePerMinute", "0"));
        var client = new SelfHostClient(ApiKey, _folder[".data/keys"]);
        var license = await client.NewLicenseAsync(host, 0);
        ConcurrentDictionary<string, bool> answered = new(), unanswered = new();
        var warm = new TaskCompletionSource();

        var load = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var domain = $"d{caller}-{i}.example";
                try
                {
                    var reply = await SelfHostClient.PostDomainAsync(host, "/activate", license, domain);
                    Assert.Equal((200, null), (reply.Status, reply.Error));
                    answered[domain] = true;
                    if (answered.Count == AnswersBefore)
                        warm.TrySetResult();
                }
                catch (HttpRequestException)
                {
                    // Refused or closed: without any byte of an answer.
                    unanswered[domain] = true;
                    return;
                }
            }
        })).ToArray();
        await Task.WhenAny([warm.Task, .. load]).WaitAsync(Eventually.Patience);
        var exit = await host.StopAsync();
        await Task.WhenAll(load);

        Assert.Equal(0, exit);
        Assert.Empty(host.Errors);
        Assert.Equal(Callers, unanswered.Count);
        await using var again = await SelfHostProcess.StartAsync(_folder.Path, ("Bootstrap__ApiKey", ApiKey), ("RateLimits__DomainVerifyPerMinute", "0"));
        foreach (var domain in answered.Keys)
            Assert.Null((await SelfHostClient.GetDomainAsync(again, "/verify", license, domain)).Error);
        foreach (var domain in unanswered.Keys)
            Assert.Equal("invalid_domain", (await SelfHostClient.GetDomainAsync(again, "/verify", license, domain)).Error);
    }

    [Fact]
    public async Task What_is_still_to_be_posted_is_posted_after_the_next_start()
    {
        await using var target = await WebhookTarget.StartAsync();
        target.Status = HttpStatusCode.ServiceUnavailable;
        (string Name, string Value)[] settings = [("Bootstrap__ApiKey", ApiKey), ("Webhooks__AllowPrivateTargets", "true")];
        using var cli = new CommandLine(
            ("Storage:Path", _folder[".data/licenses.db"]), ("Signing:Path", _folder[".data/keys"]), ("Webhooks:AllowPrivateTargets", "true"));
        Assert.Equal(0, (await cli.RunAsync("webhook", "add", "--url", target.Url, "--event", "license.created")).Code);
        await using (var host = await SelfHostProcess.StartAsync(_folder.Path, settings))
        {
            await new SelfHostClient(ApiKey, _folder[".data/keys"]).NewLicenseAsync(host, 1);
            await Eventually.HoldsAsync(() => !target.Posts.IsEmpty);
            Assert.Equal(0, await host.StopAsync());
        }

        target.Status = HttpStatusCode.OK;
        await using var next = await SelfHostProcess.StartAsync(_folder.Path, settings);

        await Eventually.HoldsAsync(() => target.Posts.Count >= 2);
        Assert.Single(target.Posts.Select(post => post.Headers["X-Webhook-Id"]).Distinct());
    }
}
