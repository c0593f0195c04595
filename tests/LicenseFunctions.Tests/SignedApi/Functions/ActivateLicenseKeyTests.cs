using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class ActivateLicenseKeyTests
{
    [Fact]
    public async Task A_free_slot_is_taken()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await host.LicenseAsync();

        var answer = await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));

        answer.ShouldBe(300, "License key activated");
    }

    [Fact]
    public async Task A_second_identifier_over_the_limit_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await host.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));

        var answer = await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "b.example"));

        answer.ShouldBe(302, "License key reached activation limit");
    }
}
