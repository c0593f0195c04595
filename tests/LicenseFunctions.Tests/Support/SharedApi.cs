using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// One application for all tests of a class, on a clock that stands still, so that whole answers can be compared. It has a
/// product that the global key signs for and one with a key of its own.
/// </summary>
public sealed class SharedApi : IAsyncLifetime
{
    /// <summary>The name of the second product's key.</summary>
    public const string OwnKey = "widget-own";

    public ManualTimeProvider Clock { get; } = new();

    public ApiHost Host { get; private set; } = null!;

    public Product Plain { get; private set; } = null!;

    public Product Own { get; private set; } = null!;

    /// <summary>The clock's instant, as the signed API's timestamp.</summary>
    public long Timestamp => Clock.GetUtcNow().ToUnixTimeSeconds();

    public async Task InitializeAsync()
    {
        Host = await ApiHost.StartAsync(time: Clock);
        await Host.Keys.CreateAsync(OwnKey, CancellationToken.None);
        Plain = await Host.ProductAsync();
        Own = await Host.ProductAsync(draft => draft with { Name = "Signed widget", SigningKeyName = OwnKey });
    }

    /// <summary>An assigned license of the product with its own key; change what matters.</summary>
    public Task<License> LicenseAsync(Func<License, License>? change = null) => Host.LicenseAsync(Own, change);

    /// <summary>Calls an endpoint of the signed API about a license.</summary>
    public Task<SignedReply> CallAsync(string endpoint, License license, params (string Name, string Value)[] fields) =>
        Host.PostAsync($"/api/v1/{endpoint}", [("license_key", license.Key), .. fields]);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
