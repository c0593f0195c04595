using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

/// <summary>The life of a license with one slot, by either API, on every store with every signer.</summary>
public sealed class LifecycleTests
{
    private const string Key = "LIC-A3F9 /#?\\-ü😀";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task By_the_signed_API_on_SQLite(bool withVault) => RunAsync(null, withVault, SignedLifeAsync);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task By_the_domain_API_on_SQLite(bool withVault) => RunAsync(null, withVault, DomainLifeAsync);

    [AzuriteTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task By_the_signed_API_on_Azure_Tables(bool withVault) => await RunAsync(await Azurite.NewStoreAsync(), withVault, SignedLifeAsync);

    [AzuriteTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task By_the_domain_API_on_Azure_Tables(bool withVault) => await RunAsync(await Azurite.NewStoreAsync(), withVault, DomainLifeAsync);

    private static async Task RunAsync(ITableStore? store, bool withVault, Func<ApiHost, Task> liveAsync)
    {
        await using var vault = withVault ? await FakeVault.StartAsync() : null;
        await using var host = await ApiHost.StartAsync(store, vault?.CreateSigner());
        await host.Keys.CreateAsync(SharedApi.OwnKey, CancellationToken.None);
        var product = await host.ProductAsync(draft => draft with { SigningKeyName = SharedApi.OwnKey });
        await host.LicenseAsync(product, draft => draft with { Key = Key, ActivationLimit = 1 });

        await liveAsync(host);

        Assert.Equal(withVault, vault?.Signings > 0);
        Assert.DoesNotContain(host.Log.All, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains(Key, StringComparison.Ordinal));
    }

    private static async Task SignedLifeAsync(ApiHost host)
    {
        await ExpectAsync(host, "verify", "a.example", 202, "No activation found for this license key/identifier combination", SharedApi.OwnKey);
        await ExpectAsync(host, "activate", "a.example", 300, "License key activated", SharedApi.OwnKey);
        await ExpectAsync(host, "activate", "a.example", 301, "License key already active", SharedApi.OwnKey);
        await ExpectAsync(host, "activate", "b.example", 302, "License key reached activation limit", SharedApi.OwnKey);
        await ExpectAsync(host, "verify", "a.example", 200, "Valid license key", SharedApi.OwnKey);
        await ExpectAsync(host, "verify", "b.example", 202, "No activation found for this license key/identifier combination", SharedApi.OwnKey);
        await ExpectAsync(host, "get-license-key-details", "a.example", 500, "Active license key found", SharedApi.OwnKey);
        await ExpectAsync(host, "deactivate", "a.example", 400, "License key deactivated", "global");
        await ExpectAsync(host, "deactivate", "a.example", 401, "License key already inactive", SharedApi.OwnKey);
        await ExpectAsync(host, "verify", "a.example", 202, "No activation found for this license key/identifier combination", SharedApi.OwnKey);
        await ExpectAsync(host, "activate", "b.example", 300, "License key activated", SharedApi.OwnKey);
        await ExpectAsync(host, "delete-license-key", "", 850, "License key deleted", SharedApi.OwnKey);
        await ExpectAsync(host, "verify", "b.example", 210, "Invalid license key", "global");
    }

    private static async Task DomainLifeAsync(ApiHost host)
    {
        Assert.Equal(200, (await host.PostDomainAsync("/activate", Key, "a.example")).Status);
        (await host.GetDomainAsync("/verify", Key, "a.example")).ShouldBe(200, """{"valid":true,"license":{"expires_at":null}}""");
        Assert.Equal("domain_limit_reached", (await host.PostDomainAsync("/activate", Key, "b.example")).Error);
        var shown = (await host.GetDomainAsync("/status", Key)).Body.GetProperty("license").GetProperty("domain");
        Assert.Equal(("a.example", 1), (shown.GetProperty("domain").GetString(), shown.GetProperty("verification_count").GetInt32()));
        Assert.Equal(200, (await host.PostDomainAsync("/deactivate", Key, "a.example")).Status);
        Assert.Equal("domain_not_found", (await host.PostDomainAsync("/deactivate", Key, "a.example")).Error);
        (await host.GetDomainAsync("/verify", Key, "a.example")).ShouldBe(200, """{"valid":false,"error":"invalid_domain"}""");
        Assert.Equal(200, (await host.PostDomainAsync("/activate", Key, "b.example")).Status);
        await host.GetAsync("/api/v1/get-all-products");
    }

    private static async Task ExpectAsync(ApiHost host, string endpoint, string identifier, int code, string message, string signedBy) =>
        (await host.PostAsync($"/api/v1/{endpoint}", ("license_key", Key), ("identifier", identifier))).ShouldBe(code, message, signedBy);
}
