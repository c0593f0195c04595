using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DeactivateLicenseKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task An_active_identifier_is_freed_with_a_text_code_signed_by_the_global_key()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("deactivate", license, ("identifier", "a.example"));

        answer.ShouldSay("global", $"\"code\":\"400\",\"message\":\"License key deactivated\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task The_second_time_it_is_inactive_already_signed_by_the_products_key()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        await api.CallAsync("deactivate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("deactivate", license, ("identifier", "a.example"));

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":401,\"message\":\"License key already inactive\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task The_slot_is_free_for_another()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        await api.CallAsync("deactivate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("activate", license, ("identifier", "b.example"));

        answer.ShouldBe(300, "License key activated", SharedApi.OwnKey);
    }

    [Fact]
    public async Task An_expired_license_can_still_be_deactivated()
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        api.Clock.Advance(TimeSpan.FromDays(1));

        var answer = await api.CallAsync("deactivate", license, ("identifier", "a.example"));

        answer.ShouldBe(400, "License key deactivated");
    }

    [Fact]
    public async Task Of_ten_at_once_one_frees_the_slot()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.CallAsync("deactivate", license, ("identifier", "a.example"))));

        Assert.Single(answers, answer => answer.Code == "\"400\"");
        Assert.Equal(9, answers.Count(answer => answer.Code == "401"));
    }
}
