using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Contract;

/// <summary>The application in which the documented results are produced, with what the scenarios start from.</summary>
internal sealed class Walk : IAsyncDisposable
{
    /// <summary>The name of every product's signing key.</summary>
    public const string OwnKey = "walk-own";

    private readonly TemporaryFolder _folder = new();

    private Walk()
    {
    }

    public ApiHost Host { get; private set; } = null!;

    /// <summary>Where the files lie that can be downloaded.</summary>
    public string Downloads => _folder["downloads"];

    /// <summary>The first product: it has metadata, a generator and a contract, so that the first element of every list is a full one.</summary>
    public Product First { get; private set; } = null!;

    public static async Task<Walk> StartAsync(ITableStore? store, Action<WebApplicationBuilder>? change = null, ISigner? signer = null)
    {
        var walk = new Walk();
        walk.Host = await ApiHost.StartWithAsync(change ?? (_ => { }), store, signer, null, ("Downloads:Path", walk.Downloads), ("Webhooks:AllowPrivateTargets", change is null ? "false" : "true"));
        await walk.Host.Keys.CreateAsync(OwnKey, CancellationToken.None);
        walk.First = await walk.ProductAsync();
        await walk.PostAsync("create-product-meta", ("product_id", $"{walk.First.Id}"), ("key", "test-key"), ("value", "x"));
        await walk.Host.GeneratorAsync(walk.First);
        await walk.Host.ContractAsync(walk.First, 65);
        return walk;
    }

    /// <summary>A product with a key of its own.</summary>
    public Task<Product> ProductAsync() => Host.ProductAsync(draft => draft with { SigningKeyName = OwnKey });

    /// <summary>An assigned, perpetual license of such a product; change what matters.</summary>
    public async Task<License> LicenseAsync(Func<License, License>? change = null) => await Host.LicenseAsync(await ProductAsync(), change);

    /// <summary>A license that is available.</summary>
    public Task<License> AvailableAsync() => LicenseAsync(draft => draft with { Status = LicenseStatus.Available, AssignedAt = null });

    /// <summary>A license with an active identifier.</summary>
    public async Task<License> ActiveAsync(string identifier)
    {
        var license = await LicenseAsync(draft => draft with { OwnerName = "Test User", OwnerEmail = "email@domain.ltd" });
        Assert.Equal("300", (await PostAsync("activate", ("license_key", license.Key), ("identifier", identifier))).Code);
        return license;
    }

    public Task<SignedReply> PostAsync(string endpoint, params (string Name, string Value)[] fields) => Host.PostAsync($"/api/v1/{endpoint}", fields);

    public Task<SignedReply> PostAsync(string endpoint, License license, params (string Name, string Value)[] fields) =>
        PostAsync(endpoint, [("license_key", license.Key), .. fields]);

    public Task<SignedReply> PostAsync(string endpoint, Product product, params (string Name, string Value)[] fields) =>
        PostAsync(endpoint, [("product_id", $"{product.Id}"), .. fields]);

    public Task<SignedReply> GetAsync(string endpoint) => Host.GetAsync($"/api/v1/{endpoint}");

    /// <summary>Verifies a license by another API key.</summary>
    public async Task<SignedReply> VerifyByAsync(string apiKey) => await Host.SendAsync(new(HttpMethod.Post, "/api/v1/verify")
    {
        Content = new FormUrlEncodedContent([new("license_key", (await LicenseAsync()).Key), new("identifier", "domain.ltd")]),
    }, apiKey);

    /// <summary>Verifies by an API key that differs from a good one.</summary>
    public async Task<SignedReply> VerifyByAsync(Func<ApiKey, ApiKey> change) =>
        await VerifyByAsync(await Host.NewApiKeyAsync(change(new() { Hash = "", Name = "walk", Capabilities = [ApiKey.AllCapabilities] })));

    /// <summary>Verifies from an address that is blocked meanwhile.</summary>
    public async Task<SignedReply> VerifyBlockedAsync()
    {
        var rules = Host.Services.GetRequiredService<AccessRules>();
        await rules.ChangeAsync(_ => new([$"{Host.Address}"], []), CancellationToken.None);
        var answer = await VerifyByAsync(Host.ApiKey);
        await rules.ChangeAsync(_ => BlockRules.None, CancellationToken.None);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
