using System.Text.Json;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Support;

/// <summary>One application for all tests of a class, on a clock that stands still, with products that sign for themselves.</summary>
public sealed class CatalogApi : IAsyncLifetime
{
    /// <summary>The name of the products' signing key.</summary>
    public const string OwnKey = "catalog-own";

    public ManualTimeProvider Clock { get; } = new();

    public ApiHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await ApiHost.StartAsync(time: Clock);
        await Host.Keys.CreateAsync(OwnKey, CancellationToken.None);
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>A new product with its own signing key; change what matters.</summary>
    public Task<Product> ProductAsync(Func<Product, Product>? change = null) =>
        Host.ProductAsync(draft => (change?.Invoke(draft) ?? draft) with { SigningKeyName = OwnKey });

    /// <summary>An assigned license of a new such product.</summary>
    public async Task<License> LicenseAsync(Func<License, License>? change = null) => await Host.LicenseAsync(await ProductAsync(), change);

    /// <summary>Posts to an endpoint of the signed API about a license.</summary>
    public Task<SignedReply> CallAsync(string endpoint, License license, params (string Name, string Value)[] fields) =>
        Host.PostAsync($"/api/v1/{endpoint}", [("license_key", license.Key), .. fields]);

    /// <summary>Posts to an endpoint of the signed API about a product.</summary>
    public Task<SignedReply> CallAsync(string endpoint, Product product, params (string Name, string Value)[] fields) =>
        Host.PostAsync($"/api/v1/{endpoint}", [("product_id", $"{product.Id}"), .. fields]);

    /// <summary>The metadata as the answer has it: <c>a=1 b=2</c>.</summary>
    public static string MetaOf(JsonElement owner) =>
        string.Join(' ', owner.GetProperty("meta_data").EnumerateArray().Select(entry => $"{entry.GetProperty("key")}={entry.GetProperty("value")}"));
}
