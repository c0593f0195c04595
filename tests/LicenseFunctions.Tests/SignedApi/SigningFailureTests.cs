using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class SigningFailureTests
{
    [Fact]
    public async Task When_nothing_can_be_signed_nothing_is_changed_and_the_retry_answers_as_the_first_would_have()
    {
        await using var vault = await FakeVault.StartAsync();
        await using var host = await ApiHost.StartAsync(signer: vault.CreateSigner());
        var license = await host.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await host.Keys.GlobalAsync(CancellationToken.None);

        vault.Fail(times: 1, status: 429, retryAfterSeconds: 7);
        var refused = await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        var retried = await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));

        refused.ShouldBeProblem(503);
        Assert.Equal("7", Assert.Single(refused.Http.Headers.GetValues("Retry-After")));
        retried.ShouldBe(300, "License key activated");
    }

    [Fact]
    public async Task A_change_costs_one_signing()
    {
        await using var vault = await FakeVault.StartAsync();
        await using var host = await ApiHost.StartAsync(signer: vault.CreateSigner(), time: new ManualTimeProvider());
        var license = await host.LicenseAsync();
        await host.Keys.GlobalAsync(CancellationToken.None);

        await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));

        Assert.Equal(1, vault.Signings);
    }
}
