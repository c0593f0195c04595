using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Contract;
using LicenseFunctions.Tests.Support;
using static LicenseFunctions.Tests.Faults.PreparedRequest;

namespace LicenseFunctions.Tests.Faults;

/// <summary>For every function a request that succeeds, on something made for it alone.</summary>
internal static partial class FaultCases
{
    private static readonly (string Name, string Value) At = ("identifier", "shop.example");
    private static readonly (string Name, string Value) Ada = ("owner_email", "ada@shop.example");
    private static readonly (string Name, string Value) Colour = ("key", "colour");
    private static readonly (string Name, string Value) Red = ("value", "red");

    /// <summary>By the name of the function; a second case of it has more words.</summary>
    public static IReadOnlyDictionary<string, Func<Walk, Task<PreparedRequest>>> All { get; } =
        new[] { OfLicenses, OfMeta, OfDomains, OfProducts, OfStock, OfContracts, OfTelemetry, OfFiles }
            .SelectMany(each => each).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfLicenses => new()
    {
        ["VerifyLicenseKey"] = async walk => Post("/api/v1/verify", Key(await walk.ActiveAsync(At.Value)), At),
        ["VerifyLicenseKey warm"] = async walk => Warm(Post("/api/v1/verify", Key(await walk.ActiveAsync(At.Value)), At), 2),
        ["VerifyLicenseKey named"] = async walk => Once("verify", Key(await walk.ActiveAsync(At.Value)), At),
        ["ActivateLicenseKey"] = async walk => Once("activate", Key(await LimitedAsync(walk)), At),
        ["ActivateLicenseKey unnamed"] = async walk => Post("/api/v1/activate", Key(await LimitedAsync(walk)), At) with { Afterwards = ["301"] },
        ["ActivateLicenseKey warm"] = async walk =>
        {
            var license = await walk.ActiveAsync("warm.example");
            return Once("activate", Key(license), At) with { Before = [Post("/api/v1/verify", Key(license), ("identifier", "warm.example"))] };
        },
        ["ActivateLicenseKey full"] = async walk => Once("activate", Key(await FullAsync(walk)), At),
        ["DeactivateLicenseKey"] = async walk => Once("deactivate", Key(await walk.ActiveAsync(At.Value)), At),
        ["DeactivateLicenseKey unnamed"] = async walk => Post("/api/v1/deactivate", Key(await walk.ActiveAsync(At.Value)), At) with { Afterwards = ["401"] },
        ["AssignLicenseKey"] = async walk => Once("assign-license-key", Key(await walk.AvailableAsync()), Ada),
        ["AssignAndActivateLicenseKey"] = async walk => Once("assign-and-activate-license-key", Key(await walk.AvailableAsync()), At, Ada),
        ["UpdateLicenseKey"] = async walk => Once("update-license-key", Key(await walk.LicenseAsync()), ("activation_limit", "7"), Ada),
        ["DeleteLicenseKey"] = async walk => Once("delete-license-key", Key(await walk.ActiveAsync(At.Value))),
        ["GetLicenseKeyDetails"] = async walk => Post("/api/v1/get-license-key-details", Key(await walk.ActiveAsync(At.Value)), At),
        ["GetLicenseFeature"] = async walk => Get($"/api/v1/licenses/{(await walk.LicenseAsync()).Key}/features/seats"),
        ["SignedApiAlias"] = async walk => Once("activate", Key(await LimitedAsync(walk)), At) with { Path = "/v1/activate" },
    };

    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfMeta => new()
    {
        ["CreateLicenseKeyMeta"] = async walk => Once("create-license-key-meta", Key(await walk.ActiveAsync(At.Value)), At, Colour, Red),
        ["UpdateLicenseKeyMeta"] = async walk => Once("update-license-key-meta", Key(await WithMetaAsync(walk)), At, Colour, ("value", "blue")),
        ["DeleteLicenseKeyMeta"] = async walk => Once("delete-license-key-meta", Key(await WithMetaAsync(walk)), At, Colour),
        ["CreateProductMeta"] = async walk => Once("create-product-meta", Of(await walk.ProductAsync()), Colour, Red),
        ["UpdateProductMeta"] = async walk => Once("update-product-meta", Of(await ProductWithMetaAsync(walk)), Colour, ("value", "blue")),
        ["DeleteProductMeta"] = async walk => Once("delete-product-meta", Of(await ProductWithMetaAsync(walk)), Colour),
        ["GetProductMeta"] = async walk => Get("/api/v1/get-product-meta", Of(await ProductWithMetaAsync(walk))),
    };

    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfDomains => new()
    {
        ["ActivateDomain"] = async walk => Post("/activate", Key(await LimitedAsync(walk)), ("domain", At.Value)),
        ["VerifyDomain"] = async walk => Get("/verify", Key(await walk.ActiveAsync(At.Value)), ("domain", At.Value)),
        ["VerifyDomain warm"] = async walk => Warm(Get("/verify", Key(await walk.ActiveAsync(At.Value)), ("domain", At.Value)), 2),
        ["DeactivateDomain"] = async walk => Post("/deactivate", Key(await walk.ActiveAsync(At.Value)), ("domain", At.Value)) with { Afterwards = ["domain_not_found"] },
        ["GetStatus"] = async walk => Get("/status", Key(await walk.ActiveAsync(At.Value))),
        ["DomainApiAlias"] = async walk => Post("/api/license/activate", Key(await LimitedAsync(walk)), ("domain", At.Value)),
    };

    private static PreparedRequest Warm(PreparedRequest request, int times) => request with { Before = [.. Enumerable.Repeat(request, times)] };

    private static (string Name, string Value) Key(License license) => ("license_key", license.Key);

    private static (string Name, string Value) Of(Product product) => ("product_id", $"{product.Id}");

    private static Task<License> LimitedAsync(Walk walk) => walk.LicenseAsync(draft => draft with { ActivationLimit = 2 });

    private static async Task<License> FullAsync(Walk walk)
    {
        var license = await walk.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        Assert.Equal("300", (await walk.PostAsync("activate", license, ("identifier", "other.example"))).Code);
        return license;
    }

    private static async Task<License> WithMetaAsync(Walk walk)
    {
        var license = await walk.ActiveAsync(At.Value);
        Assert.Equal("453", (await walk.PostAsync("create-license-key-meta", license, At, Colour, Red)).Code);
        return license;
    }

    private static async Task<Product> ProductWithMetaAsync(Walk walk)
    {
        var product = await walk.ProductAsync();
        Assert.Equal("273", (await walk.PostAsync("create-product-meta", product, Colour, Red)).Code);
        return product;
    }
}
