using System.Diagnostics;
using LicenseFunctions.Functions;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Observability;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Observability;

public sealed class MetersTests
{
    [Fact]
    public async Task Requests_are_counted_by_endpoint_and_result()
    {
        await using var metered = await MeteredHost.StartAsync();
        var license = await metered.Host.LicenseAsync(each => each with { ActivationLimit = 1 });

        await metered.Host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a"));
        await metered.Host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "b"));
        await metered.Host.PostAsync("/v1/deactivate", ("license_key", license.Key), ("identifier", "a"));
        await metered.Host.PostDomainAsync("/activate", license.Key, "c.example");
        await metered.Host.GetDomainAsync("/verify", license.Key, "d.example");
        await metered.Host.Http.PostAsync("/activate", new StringContent("{", null, "application/json"));

        (string, string, string)[] expected =
        [
            ("signed/activate", "300", "signed"), ("signed/activate", "302", "signed"), ("signed/deactivate", "400", "signed"),
            ("domain/activate", "ok", "domain"), ("domain/verify", "invalid_domain", "domain"), ("domain/activate", "400", "domain"),
        ];
        var counted = metered.Readings.Of("licensing.requests").Select(each =>
            (each.Tags["licensing.endpoint"], each.Tags["licensing.result"], each.Tags["licensing.api"])).ToArray();
        Assert.Equal(expected, counted);
        Assert.Equal(6, metered.Readings.Of("licensing.request.duration").Count(each => each.Value > 0));
    }

    [Fact]
    public async Task A_named_request_that_is_sent_again_is_counted_by_the_code_that_it_was_answered_first()
    {
        await using var metered = await MeteredHost.StartAsync();

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/create-product");
            request.Headers.Add("Idempotency-Key", "again");
            request.Content = new FormUrlEncodedContent([new("name", "Widget"), new("description", "A widget")]);
            await metered.Host.SendAsync(request, metered.Host.ApiKey);
        }

        var code = Assert.Single(metered.Readings.Of("licensing.requests").Select(each => each.Tags["licensing.result"]).Distinct());
        Assert.Equal("750", code);
    }

    [Fact]
    public async Task A_store_that_is_down_is_seen_in_requests_operations_and_spans()
    {
        await using var metered = await MeteredHost.StartAsync();
        var license = await metered.Host.LicenseAsync();
        metered.Store.DiesAt = (_, _, _) => true;

        await metered.Host.Http.GetAsync($"/verify?license_key={license.Key}&domain=d.example");

        Assert.Equal(1, metered.Readings.Sum("licensing.requests", ("licensing.endpoint", "domain/verify"), ("licensing.result", "503")));
        Assert.NotEmpty(metered.Readings.Of(
            "db.client.operation.duration", ("db.operation.name", "commit"), ("error.type", typeof(StorageUnavailableException).FullName!)));
        Assert.Contains(metered.Spans, span => span is { OperationName: "domain/verify", Status: ActivityStatusCode.Error });
        Assert.Contains(metered.Spans, span => span is { OperationName: "commit licenses", Status: ActivityStatusCode.Error });
    }

    [Fact]
    public async Task Requests_say_how_often_they_waited_for_the_store_and_operations_what_they_were()
    {
        await using var metered = await MeteredHost.StartAsync();
        var license = await metered.Host.LicenseAsync();
        for (var i = 0; i < 3; i++)
            await metered.Host.GetDomainAsync("/verify", license.Key, "d.example");

        var trips = metered.Readings.Of("licensing.request.store_trips", ("licensing.endpoint", "domain/verify")).Select(each => each.Value).ToArray();
        Assert.Equal(3, trips.Length);
        Assert.All(trips, each => Assert.True(each > 0));
        var finds = metered.Readings.Of("db.client.operation.duration", ("db.operation.name", "find"), ("db.collection.name", "licenses"));
        Assert.All(finds, each => Assert.Equal("sqlite", each.Tags["db.system.name"]));
        Assert.NotEmpty(metered.Readings.Of("db.client.operation.duration", ("db.operation.name", "list")));
    }

    [Fact]
    public async Task Operations_are_the_spans_of_their_request()
    {
        await using var metered = await MeteredHost.StartAsync();
        var license = await metered.Host.LicenseAsync();
        lock (metered.Spans)
            metered.Spans.Clear();

        await metered.Host.PostAsync("/api/v1/verify", ("license_key", license.Key), ("identifier", "a"));

        var request = Assert.Single(metered.Spans, span => span.OperationName == "signed/verify");
        Assert.Equal("202", request.GetTagItem("licensing.result"));
        Assert.Contains(metered.Spans, span => span.OperationName == "commit licenses" && span.TraceId == request.TraceId);
    }

    [Theory]
    [InlineData("RateLimits:DomainVerifyPerMinute", "license")]
    [InlineData("RateLimits:SignedPerMinute", "api_key")]
    [InlineData("RateLimits:LicensePerMinute", "address")]
    public async Task A_limit_that_is_hit_says_whose_it_is(string setting, string kind)
    {
        await using var metered = await MeteredHost.StartAsync((setting, "2"));
        var license = await metered.Host.LicenseAsync();

        for (var i = 0; i < 3; i++)
        {
            if (kind == "license")
                await metered.Host.GetDomainAsync("/verify", license.Key, "d.example");
            else
                await metered.Host.PostAsync("/api/v1/verify", ("license_key", kind == "address" ? $"UNKNOWN-{i}" : license.Key), ("identifier", "a"));
        }

        var hit = Assert.Single(metered.Readings.Of("licensing.limit.hits"));
        Assert.Equal((kind, kind == "license" ? "domain/verify" : "signed/verify"), (hit.Tags["licensing.limit.kind"], hit.Tags["licensing.endpoint"]));
    }

    [Fact]
    public async Task Signatures_are_counted_by_whether_they_were_made()
    {
        await using var metered = await MeteredHost.StartAsync();
        var key = await metered.Host.Keys.GlobalAsync(default);
        metered.Readings.Read();
        var (made, reused) = (Signatures("made"), Signatures("reused"));

        await metered.Host.Keys.SignAsync(key, "one"u8.ToArray(), default);
        await metered.Host.Keys.SignAsync(key, "one"u8.ToArray(), default);
        await metered.Host.Keys.SignAsync(key, "other"u8.ToArray(), default);

        metered.Readings.Read();
        Assert.Equal((made + 2, reused + 1, 0), (Signatures("made"), Signatures("reused"), Signatures("failed")));

        double Signatures(string source) => metered.Readings.Of("licensing.signatures", ("licensing.signature.source", source)).Last().Value;
    }

    [Fact]
    public async Task What_waits_to_be_told_is_shown_with_its_age_by_the_timer()
    {
        await using var metered = await MeteredHost.StartAsync();
        var outbox = metered.Host.Services.GetRequiredService<LicenseOutbox>();
        await outbox.Mark(LicenseRows.Hash("died")).SetAsync();
        Assert.DoesNotContain(metered.Readings.Read(), each => each.Instrument.StartsWith("licensing.outbox", StringComparison.Ordinal));

        await ActivatorUtilities.CreateInstance<FinishChanges>(metered.Host.Services).Run(new TimerInfo(), default);

        metered.Readings.Read();
        Assert.Equal(1, metered.Readings.Sum("licensing.outbox.depth", ("licensing.outbox", "changes")));
        Assert.Equal(0, metered.Readings.Sum("licensing.outbox.depth", ("licensing.outbox", "webhooks")));
        Assert.Single(metered.Readings.Of("licensing.outbox.age", ("licensing.outbox", "changes")));
    }
}
