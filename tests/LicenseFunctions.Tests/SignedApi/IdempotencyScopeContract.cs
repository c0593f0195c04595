using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class IdempotencyScopeTests : IdempotencyScopeContract;

[NeedsAzurite]
public sealed class IdempotencyScopeOnAzureTablesTests : IdempotencyScopeContract;

/// <summary>One Idempotency-Key for two licenses: their records are in different partitions, and the key is one request's all the same.</summary>
public abstract class IdempotencyScopeContract : StoreSuite
{
    private readonly ManualTimeProvider _clock = new();
    private DyingStore _store = null!;
    private ApiHost[] _hosts = [];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _store = new(Store);
        _hosts = [await ApiHost.StartAsync(_store, time: _clock, settings: ("RateLimits:LicensePerMinute", "12")), await ApiHost.StartAsync(_store, time: _clock)];
    }

    [StoreTheory]
    [InlineData("activate", "300", "identifier=a.example")]
    [InlineData("update-license-key", "950", "owner_name=New")]
    [InlineData("create-license-key-meta", "453", "key=k&value=v")]
    [InlineData("delete-license-key", "850", "")]
    public async Task A_key_that_was_sent_for_one_license_is_refused_for_another(string endpoint, string code, string fields)
    {
        var (first, second) = await TwoLicensesAsync();
        Assert.Equal(code, (await SendAsync(0, endpoint, first, fields)).Code);
        var before = await _hosts[0].BusinessRowsAsync();

        (await SendAsync(0, endpoint, second, fields)).ShouldBeProblem(422);
        (await SendAsync(1, endpoint, second, fields)).ShouldBeProblem(422);

        Assert.Equal(before, await _hosts[0].BusinessRowsAsync());
        Assert.Equal(code, (await SendAsync(1, endpoint, first, fields)).Code);
        Assert.Equal(before, await _hosts[0].BusinessRowsAsync());
    }

    [StoreFact]
    public async Task Two_licenses_under_one_key_at_once_are_one_license_with_an_effect()
    {
        for (var round = 0; round < 4; round++)
        {
            var licenses = await TwoLicensesAsync();
            var key = $"at-once-{round}";

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => (
                IsFirst: i % 4 < 2, Answer: await SendAsync(i % 2, "activate", i % 4 < 2 ? licenses.First : licenses.Second, "identifier=a.example", key)))));

            var done = answers.Where(each => each.Answer.Status == 200).ToArray();
            Assert.Equal(4, done.Length);
            Assert.Single(done.Select(each => (each.IsFirst, each.Answer.Body.GetRawText())).Distinct());
            Assert.Equal("300", done[0].Answer.Code);
            Assert.All(answers.Except(done), each => each.Answer.ShouldBeProblem(422));
            var counts = new[] { await _hosts[0].LicenseOfAsync(licenses.First.Key), await _hosts[0].LicenseOfAsync(licenses.Second.Key) };
            Assert.Equal(done[0].IsFirst ? [1, 0] : [0, 1], counts.Select(license => license!.ActiveCount));
        }
    }

    [StoreFact]
    public async Task An_attempt_that_died_with_its_claim_alone_keeps_the_key()
    {
        var (first, second) = await TwoLicensesAsync();
        _store.DiesAt = (table, _, _) => table == TableNames.Licenses;
        Assert.Equal(503, (await SendAsync(0, "activate", first, "identifier=a.example")).Status);
        _store.Revive();
        _clock.Advance(TimeSpan.FromHours(23));

        (await SendAsync(1, "activate", second, "identifier=a.example")).ShouldBeProblem(422);
        (await SendAsync(1, "activate", first, "identifier=a.example")).ShouldBe(300, "License key activated");

        // For as long as the answer is kept, the key is this license's.
        _clock.Advance(TimeSpan.FromHours(23));
        (await SendAsync(0, "activate", second, "identifier=a.example")).ShouldBeProblem(422);
    }

    [StoreFact]
    public async Task A_request_that_is_refused_before_it_is_looked_at_claims_nothing()
    {
        var (first, second) = await TwoLicensesAsync();
        var stranger = await _hosts[0].NewApiKeyAsync("verify");
        for (var i = 0; i < 12; i++)
            await SendAsync(0, "verify", first, "identifier=a.example", null);

        Assert.Equal("102", (await SendAsync(0, "activate", second, "identifier=a.example", apiKey: stranger)).Code);
        Assert.Equal("210", (await SendAsync(0, "activate", first with { Key = "none" }, "identifier=a.example")).Code);
        Assert.Equal(429, (await SendAsync(0, "activate", first, "identifier=a.example")).Status);

        Assert.DoesNotContain(await _hosts[0].AllRowsAsync(), row => row.StartsWith(TableNames.Idempotency, StringComparison.Ordinal));
        Assert.Equal("300", (await SendAsync(0, "activate", second, "identifier=a.example")).Code);
    }

    [StoreFact]
    public async Task After_a_day_the_key_is_anybodys_and_nothing_is_left_of_it()
    {
        var (first, second) = await TwoLicensesAsync();
        await SendAsync(0, "activate", first, "identifier=a.example");
        _clock.Advance(TimeSpan.FromHours(24.5));

        Assert.Equal("300", (await SendAsync(1, "activate", second, "identifier=a.example")).Code);
        _clock.Advance(TimeSpan.FromHours(1));
        await RemoveExpiredAsync();
        (await SendAsync(1, "activate", first, "identifier=a.example")).ShouldBeProblem(422);

        _clock.Advance(TimeSpan.FromHours(26));
        await RemoveExpiredAsync();
        var rows = await _hosts[0].AllRowsAsync();
        Assert.DoesNotContain(rows, row => row.StartsWith(TableNames.Idempotency, StringComparison.Ordinal) || row.Contains(" idem.", StringComparison.Ordinal));
    }

    [StoreFact]
    public async Task A_name_used_anew_before_its_record_was_removed_leaves_nothing_either()
    {
        await SendAsync(0, "create-product", null, "name=A&description=d");
        _clock.Advance(TimeSpan.FromHours(24.5));
        Assert.Equal("750", (await SendAsync(0, "create-product", null, "name=B&description=d")).Code);
        _clock.Advance(TimeSpan.FromHours(1));
        await RemoveExpiredAsync();
        _clock.Advance(TimeSpan.FromHours(26));

        await RemoveExpiredAsync();

        Assert.DoesNotContain(await _hosts[0].AllRowsAsync(), row => row.StartsWith(TableNames.Idempotency, StringComparison.Ordinal));
    }

    public override async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task<(License First, License Second)> TwoLicensesAsync()
    {
        var product = await _hosts[0].ProductAsync();
        return (await _hosts[0].LicenseAsync(product), await _hosts[0].LicenseAsync(product));
    }

    private Task RemoveExpiredAsync() => _hosts[0].Services.GetRequiredService<IdempotencyKeys>().RemoveExpiredAsync(CancellationToken.None);

    private async Task<SignedReply> SendAsync(int host, string endpoint, License? license, string fields, string? key = "k", string? apiKey = null)
    {
        var sent = fields.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => KeyValuePair.Create(field.Split('=')[0], field.Split('=')[1]));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{endpoint}")
        {
            Content = new FormUrlEncodedContent(license is null ? sent : sent.Append(new("license_key", license.Key))),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await _hosts[host].SendAsync(request, apiKey ?? _hosts[0].ApiKey);
    }
}
