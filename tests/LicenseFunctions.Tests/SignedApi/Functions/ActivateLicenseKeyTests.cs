using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class ActivateLicenseKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task A_free_slot_is_taken()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync("activate", license, ("identifier", "a.example"));

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":300,\"message\":\"License key activated\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task Activating_again_consumes_nothing()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 2 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var again = await api.CallAsync("activate", license, ("identifier", "a.example"));
        var second = await api.CallAsync("activate", license, ("identifier", "b.example"));

        again.ShouldSay(SharedApi.OwnKey, $"\"code\":301,\"message\":\"License key already active\",\"timestamp\":{api.Timestamp}");
        second.ShouldBe(300, "License key activated", SharedApi.OwnKey);
    }

    [Fact]
    public async Task A_second_identifier_over_the_limit_is_refused()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("activate", license, ("identifier", "b.example"));

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":302,\"message\":\"License key reached activation limit\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task At_the_limit_an_active_identifier_is_still_active()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("activate", license, ("identifier", "a.example"));

        answer.ShouldBe(301, "License key already active", SharedApi.OwnKey);
    }

    [Fact]
    public async Task A_limit_of_0_is_none()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 0 });
        for (var i = 0; i < 20; i++)
            await api.CallAsync("activate", license, ("identifier", $"{i}.example"));

        var answer = await api.CallAsync("activate", license, ("identifier", "last.example"));

        answer.ShouldBe(300, "License key activated", SharedApi.OwnKey);
    }

    [Fact]
    public async Task Ten_at_once_for_three_slots_leave_three_active()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 3 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => api.CallAsync("activate", license, ("identifier", $"{i}.example"))));

        Assert.Equal(3, answers.Count(answer => answer.Code == "300"));
        Assert.Equal(7, answers.Count(answer => answer.Code == "302"));
    }

    [Fact]
    public async Task An_expired_license_is_not_activated_where_its_product_requires_it()
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true, SigningKeyName = SharedApi.OwnKey });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1 });
        api.Clock.Advance(TimeSpan.FromDays(1));

        var answer = await api.CallAsync("activate", license, ("identifier", "a.example"));

        answer.ShouldBe(205, "License key expired", SharedApi.OwnKey);
    }

    [Fact]
    public async Task Without_an_identifier_it_is_asked_for()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync("activate", license);

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":215,\"message\":\"Identifier is required\",\"timestamp\":{api.Timestamp}");
    }
}
