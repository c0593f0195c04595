using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

/// <summary>For each documented result the circumstances under which it is answered, and the request.</summary>
internal static partial class Scenarios
{
    private const string Identifier = "domain.ltd";

    private static readonly (string Name, string Value) Key = ("key", "test-key");
    private static readonly (string Name, string Value) Value = ("value", "test value");
    private static readonly (string Name, string Value) At = ("identifier", Identifier);

    public static IReadOnlyDictionary<string, Func<Walk, Task<SignedReply>>> All { get; } =
        new[] { OfLicenses, OfMeta, OfProducts, OfStock, OfContracts, OfTelemetry }.SelectMany(each => each).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, Func<Walk, Task<SignedReply>>> OfLicenses => new()
    {
        ["verify 210"] = walk => walk.PostAsync("verify", ("license_key", "no such key"), At),
        ["verify 201"] = async walk => await walk.PostAsync("verify", await walk.AvailableAsync(), At),
        ["verify 150"] = walk => walk.VerifyBlockedAsync(),
        ["verify 100"] = walk => walk.VerifyByAsync("no such API key"),
        ["verify 103"] = walk => walk.VerifyByAsync(draft => draft with { AllowedIps = ["203.0.113.9"] }),
        ["verify 101"] = walk => walk.VerifyByAsync(draft => draft with { IsActive = false }),
        ["verify 102"] = walk => walk.VerifyByAsync(draft => draft with { Capabilities = ["activate"] }),
        ["activate 300"] = async walk => await walk.PostAsync("activate", await walk.LicenseAsync(), At),
        ["activate 301"] = async walk => await walk.PostAsync("activate", await walk.ActiveAsync(Identifier), At),
        ["activate 215"] = async walk => await walk.PostAsync("activate", await walk.LicenseAsync()),
        ["assign-and-activate-license-key 300"] = async walk =>
            await walk.PostAsync("assign-and-activate-license-key", await walk.AvailableAsync(), At, ("owner_name", "Test User"), ("owner_email", "a@domain.ltd")),
        ["assign-license-key 801"] = async walk => await walk.PostAsync("assign-license-key", await walk.LicenseAsync(), ("owner_email", "a@domain.ltd")),
        ["assign-license-key 800"] = async walk => await walk.PostAsync("assign-license-key", await walk.AvailableAsync(), ("owner_email", "a@domain.ltd")),
        ["deactivate 400"] = async walk => await walk.PostAsync("deactivate", await walk.ActiveAsync(Identifier), At),
        ["deactivate 401"] = async walk => await walk.PostAsync("deactivate", await walk.LicenseAsync(), At),
        ["delete-license-key 850"] = async walk => await walk.PostAsync("delete-license-key", await walk.LicenseAsync()),
        ["update-license-key 950"] = async walk => await UpdateAsync(walk, await walk.LicenseAsync()),
        ["get-license-key-details 202"] = async walk => await walk.PostAsync("get-license-key-details", await walk.LicenseAsync(), At),
        ["get-license-key-details 500"] = async walk =>
        {
            var license = await walk.ActiveAsync(Identifier);
            await walk.PostAsync("create-license-key-meta", license, At, Key, Value);
            await walk.PostAsync("create-product-meta", ("product_id", $"{license.ProductId}"), Key, Value);
            return await walk.PostAsync("get-license-key-details", license, At);
        },
        ["access-downloadables 600"] = async walk =>
        {
            var product = await walk.ProductAsync();
            await walk.Host.ReleaseAsync(product, "1.0.1");
            await walk.Host.ReleaseAsync(product, "1.0.2");
            return await walk.PostAsync("access-downloadables", await walk.Host.ActiveLicenseAsync(product, Identifier), At);
        },
    };

    private static Dictionary<string, Func<Walk, Task<SignedReply>>> OfMeta => new()
    {
        ["create-license-key-meta 201"] = async walk => await walk.PostAsync("create-license-key-meta", await walk.AvailableAsync(), At, Key, Value),
        ["create-license-key-meta 453"] = async walk => await walk.PostAsync("create-license-key-meta", await walk.ActiveAsync(Identifier), At, Key, Value),
        ["update-license-key-meta 353"] = async walk => await walk.PostAsync("update-license-key-meta", await WithMetaAsync(walk), At, Key, Value),
        ["update-license-key-meta 352"] = async walk => await walk.PostAsync("update-license-key-meta", await walk.ActiveAsync(Identifier), At, Key, Value),
        ["delete-license-key-meta 252"] = async walk => await walk.PostAsync("delete-license-key-meta", await WithMetaAsync(walk), At, Key),
        ["create-product-meta 274"] = walk => walk.PostAsync("create-product-meta", ("product_id", "999"), Key, Value),
        ["create-product-meta 273"] = async walk => await walk.PostAsync("create-product-meta", await walk.ProductAsync(), Key, Value),
        ["update-product-meta 372"] = async walk => await walk.PostAsync("update-product-meta", await walk.ProductAsync(), Key, Value),
        ["update-product-meta 373"] = walk => walk.PostAsync("update-product-meta", walk.First, Key, Value),
        ["delete-product-meta 482"] = async walk =>
        {
            var product = await walk.ProductAsync();
            await walk.PostAsync("create-product-meta", product, Key, Value);
            return await walk.PostAsync("delete-product-meta", product, Key);
        },
    };

    private static async Task<License> WithMetaAsync(Walk walk)
    {
        var license = await walk.ActiveAsync(Identifier);
        Assert.Equal("453", (await walk.PostAsync("create-license-key-meta", license, At, Key, Value)).Code);
        return license;
    }

    private static Task<SignedReply> UpdateAsync(Walk walk, License license) => walk.PostAsync(
        "update-license-key", license, ("product_id", $"{license.ProductId}"), ("owner_name", "Test Userx"), ("owner_email", "email@domain.ltd"),
        ("activation_limit", "0"), ("validity", "0"), ("status", "assigned"), ("assigned_at", "2024-01-08 21:17:32"));
}
