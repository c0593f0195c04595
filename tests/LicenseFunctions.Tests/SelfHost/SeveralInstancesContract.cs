using System.Globalization;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SelfHost;

/// <summary>What holds when several processes serve one store; each kind of store passes it.</summary>
public abstract class SeveralInstancesContract : IAsyncLifetime
{
    private const string ApiKey = "lk_of-the-tests-with-several-instances";

    private readonly List<SelfHostProcess> _hosts = [];
    private (string Name, string Value)[] _settings = [];

    private SelfHostClient Client { get; set; } = null!;

    private protected TemporaryFolder Folder { get; } = new();

    private protected abstract Task<(string Name, string Value)[]> StoreSettingsAsync();

    private protected abstract Task<ITableStore> OpenStoreAsync();

    public async Task InitializeAsync()
    {
        _settings = [.. await StoreSettingsAsync(), ("Signing__Path", Folder["keys"]), ("Bootstrap__ApiKey", ApiKey), ("RateLimits__LicensePerMinute", "0")];
        Client = new(ApiKey, Folder["keys"]);
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        Folder.Dispose();
    }

    [StoreFact]
    public async Task A_limit_of_five_lets_five_of_fifty_activate()
    {
        var hosts = await StartTwoAsync(("RateLimits__DomainActivatePerMinute", "0"));
        var (signed, domain) = (await Client.NewLicenseAsync(hosts[0], 5), await Client.NewLicenseAsync(hosts[0], 5));

        var codes = await AllAsync(50, i => Client.ActivateAsync(hosts[i % 2], signed, $"m-{i}"));
        var answers = await AllAsync(50, i => SelfHostClient.PostDomainAsync(hosts[i % 2], "/activate", domain, $"d{i}.example"));

        Assert.Equal((5, 45), (codes.Count(each => each.Code == "300"), codes.Count(each => each.Code == "302")));
        Assert.Equal((5, 45), (answers.Count(each => each.Status == 200), answers.Count(each => each.Error == "domain_limit_reached")));
        await ShouldCountItsActivationsAsync(signed, 5);
        await ShouldCountItsActivationsAsync(domain, 5);
    }

    [StoreFact]
    public async Task The_same_identifier_thirty_times_at_once_takes_one_slot()
    {
        var hosts = await StartTwoAsync(("RateLimits__DomainActivatePerMinute", "0"));
        var (signed, domain) = (await Client.NewLicenseAsync(hosts[0], 1), await Client.NewLicenseAsync(hosts[0], 1));

        var codes = await AllAsync(30, i => Client.ActivateAsync(hosts[i % 2], signed, "m"));
        var answers = await AllAsync(30, i => SelfHostClient.PostDomainAsync(hosts[i % 2], "/activate", domain, "d.example"));

        Assert.Equal((1, 29), (codes.Count(each => each.Code == "300"), codes.Count(each => each.Code == "301")));
        Assert.All(answers, each => Assert.Equal(200, each.Status));
        await ShouldCountItsActivationsAsync(signed, 1);
        await ShouldCountItsActivationsAsync(domain, 1);
    }

    [StoreFact]
    public async Task The_thirty_first_deactivation_in_a_minute_is_refused_by_either()
    {
        var hosts = await StartTwoAsync();
        var license = await Client.NewLicenseAsync(hosts[0], 1);
        var before = DateTimeOffset.UtcNow;
        var admitted = await AllAsync(30, i => SelfHostClient.PostDomainAsync(hosts[i % 2], "/deactivate", license, "never.example"));

        var refused = await AllAsync(4, i => SelfHostClient.PostDomainAsync(hosts[i % 2], "/deactivate", license, "never.example"));

        Assert.All(admitted, each => Assert.Equal("domain_not_found", each.Error));
        var passed = (DateTimeOffset.UtcNow - before).TotalSeconds;
        foreach (var each in refused)
        {
            Assert.Equal((429, "rate_limit_exceeded"), (each.Status, each.Error));
            Assert.InRange(int.Parse(each.Header("Retry-After"), CultureInfo.InvariantCulture), 60 - (int)passed - 1, 60);
            Assert.Equal(("30", "0"), (each.Header("X-RateLimit-Limit"), each.Header("X-RateLimit-Remaining")));
        }
    }

    [StoreFact]
    public async Task What_one_deactivates_the_other_no_longer_verifies()
    {
        var hosts = await StartTwoAsync();
        var license = await Client.NewLicenseAsync(hosts[0], 1);
        for (var i = 0; i < 4; i++)
        {
            await SelfHostClient.PostDomainAsync(hosts[i % 2], "/activate", license, "d.example");
            foreach (var host in hosts)
                Assert.True((await SelfHostClient.GetDomainAsync(host, "/verify", license, "d.example")).Body.GetProperty("valid").GetBoolean());

            await SelfHostClient.PostDomainAsync(hosts[i % 2], "/deactivate", license, "d.example");

            foreach (var host in hosts)
                Assert.Equal("invalid_domain", (await SelfHostClient.GetDomainAsync(host, "/verify", license, "d.example")).Error);
        }

        // Eight verifications before as many refusals: no presumption was left counted.
        var status = await SelfHostClient.GetDomainAsync(hosts[1], "/status", license, "");
        Assert.Equal(8, status.Body.GetProperty("license").GetProperty("verification_count").GetInt32());
    }

    [StoreFact]
    public async Task Data_and_keys_survive_a_restart_and_a_kill()
    {
        var first = await StartAsync();
        var license = await Client.NewLicenseAsync(first, 0);
        var activated = await Client.ActivateAsync(first, license, "m");
        Assert.Equal(0, await first.StopAsync());

        var second = await StartAsync();
        var verified = await Client.PostAsync(second, "/api/v1/verify", ("license_key", license), ("identifier", "m"));
        Assert.Equal("200", verified.Code);
        Assert.Equal(KeyId(activated), KeyId(verified));

        var answered = await ActivateUntilKilledAsync(second, license);
        var third = await StartAsync();
        foreach (var identifier in answered)
            Assert.Equal("301", (await Client.ActivateAsync(third, license, identifier)).Code);
        var count = await ShouldCountItsActivationsAsync(license);
        Assert.InRange(count, answered.Count + 1, 1000);
    }

    private async Task<List<string>> ActivateUntilKilledAsync(SelfHostProcess host, string license)
    {
        var answered = new List<string>();
        var callers = Enumerable.Range(0, 8).Select(async caller =>
        {
            try
            {
                for (var i = 0; i < 100; i++)
                {
                    var reply = await Client.ActivateAsync(host, license, $"k-{caller}-{i}");
                    lock (answered)
                        answered.Add(reply.Code == "300" ? $"k-{caller}-{i}" : throw new InvalidOperationException(reply.Code));
                }
            }
            catch (HttpRequestException)
            {
                // It was killed meanwhile.
            }
        }).ToArray();
        while (Answered() < 24 && !Array.TrueForAll(callers, caller => caller.IsCompleted))
            await Task.Delay(1);
        await host.KillAsync();
        await Task.WhenAll(callers);
        return answered;

        int Answered()
        {
            lock (answered)
                return answered.Count;
        }
    }

    private async Task<long> ShouldCountItsActivationsAsync(string licenseKey, long? expected = null)
    {
        var store = await OpenStoreAsync();
        var partition = LicenseRows.Partition(licenseKey);
        var rows = await store.ListAsync(new(TableNames.Licenses, partition), default).ToListAsync();
        var count = rows.Single(row => row.Key == LicenseRows.License).Values.GetNumber("active_count");
        Assert.Equal(expected ?? count, count);
        Assert.Equal(count, rows.Count(row => row.Key.StartsWith(LicenseRows.Activation(""), StringComparison.Ordinal)));
        Assert.Equal(count, rows.Count(row => row.Key.StartsWith(LicenseRows.ActivationUsage(""), StringComparison.Ordinal)));
        Assert.Equal(count, rows.Count(row => row.Key.StartsWith(LicenseRows.Recent, StringComparison.Ordinal)));
        await ((store as IAsyncDisposable)?.DisposeAsync() ?? default);
        return count;
    }

    private async Task<SelfHostProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var host = await SelfHostProcess.StartAsync(Folder.Path, [.. _settings, .. settings]);
        lock (_hosts)
            _hosts.Add(host);
        return host;
    }

    private Task<SelfHostProcess[]> StartTwoAsync(params (string Name, string Value)[] settings) =>
        Task.WhenAll(StartAsync(settings), StartAsync(settings));

    private static Task<T[]> AllAsync<T>(int count, Func<int, Task<T>> send) => Task.WhenAll(Enumerable.Range(0, count).Select(send));

    private static string KeyId(SignedReply reply) => Assert.Single(reply.Http.Headers.GetValues("X-Signature-Key-Id"));
}
