using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Contract;
using LicenseFunctions.Tests.Support;
using static LicenseFunctions.Tests.Faults.PreparedRequest;

namespace LicenseFunctions.Tests.Faults;

internal static partial class FaultCases
{
    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfProducts => new()
    {
        ["CreateProduct"] = _ => Task.FromResult(Once("create-product", ("name", "Made once"), ("description", "d"))),
        ["UpdateProduct"] = async walk => Once("update-product", Of(await walk.ProductAsync()), ("name", "Renamed"), ("description", "e")),
        ["DeleteProduct"] = async walk => Once("delete-product", Of(await ProductWithMetaAsync(walk))),
        ["GetProduct"] = async walk => Get("/api/v1/get-product", Of(await ProductWithMetaAsync(walk))),
        ["GetAllProducts"] = _ => Task.FromResult(Get("/api/v1/get-all-products")),
        ["GetProductPublicKey"] = async walk => Get("/api/v1/get-product-public-key", Of(await walk.ProductAsync())),
        ["GetProductChangelog"] = async walk => Get("/api/v1/get-product-changelog", Of(await ReleasedAsync(walk))),
        ["GetPublicChangelog"] = async walk => Get($"/api/v1/products/{(await ReleasedAsync(walk)).Slug}/changelog"),
        ["GetAllGenerators"] = _ => Task.FromResult(Get("/api/v1/get-all-generators")),
        ["GetKeySet"] = _ => Task.FromResult(Get("/.well-known/jwks.json")),
        ["GetLiveness"] = _ => Task.FromResult(Get("/health/live")),
        ["GetReadiness"] = _ => Task.FromResult(Get("/health/ready")),
    };

    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfStock => new()
    {
        ["CreateLicenseKeys"] = async walk => Once(
            "create-license-keys", Of(await walk.ProductAsync()), ("license_keys", TwoKeysOneTwice()), ("activation_limit", "1")),
        ["CreateLicenseKeys by generator"] = async walk => Once(
            "create-license-keys", ("licenses", $$"""[{"generator_uuid":"{{(await GeneratorAsync(walk)).Uuid}}","customer_email":"a@shop.example"}]""")),
        ["GenerateLicenseKeys"] = async walk => Once("generate", ("generator_uuid", (await GeneratorAsync(walk)).Uuid), ("quantity", "3")),
        ["GetLicenseKeys"] = async walk => Get("/api/v1/get-license-keys", Of(await StockAsync(walk, 2)), ("status", "available")),
        ["GetAvailableLicenseKeysCount"] = async walk => Get("/api/v1/get-available-license-keys-count", Of(await StockAsync(walk, 2))),
        ["RandomAssignLicenseKeys"] = async walk => Assign("random-assign-license-keys", await StockAsync(walk, 4)),
        ["RandomAssignLicenseKeys generating"] = async walk =>
        {
            var product = await StockAsync(walk, 1);
            var generator = await walk.Host.GeneratorAsync(product);
            return Once("random-assign-license-keys", Of(product), Ada, ("quantity", "2"), ("generator_uuid", generator.Uuid));
        },
        ["RandomAssignLicenseKeysQueued"] = async walk => Assign("random-assign-license-keys-queued", await StockAsync(walk, 4)),
    };

    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfContracts => new()
    {
        ["CreateContract"] = async walk => Once("create-contract", Terms(await walk.ProductAsync(), $"{Guid.NewGuid()}")),
        ["UpdateContract"] = async walk =>
        {
            var contract = await walk.Host.ContractAsync(await walk.ProductAsync(), 5);
            return Once("update-contract", [("contract_id", $"{contract.Id}"), .. Terms(walk.First, contract.Key)]);
        },
        ["DeleteContract"] = async walk => Once("delete-contract", ("contract_id", $"{(await walk.Host.ContractAsync(await walk.ProductAsync(), 5)).Id}")),
        ["GetAllContracts"] = _ => Task.FromResult(Get("/api/v1/get-all-contracts")),
        ["GetContractInfo"] = async walk => Get("/api/v1/contracts/get-info", ("contract_uuid", (await UsedContractAsync(walk)).Contract.Key)),
        ["GenerateContractKeys"] = async walk => Once("contracts/generate", ("contract_uuid", (await UsedContractAsync(walk)).Contract.Key), ("quantity", "3")),
        ["DestroyContractKey"] = async walk => Once("contracts/destroy", ("license_key", (await UsedContractAsync(walk)).Keys[0])),
        ["DestroyContractKeys"] = async walk => Once("contracts/destroy-all", ("contract_uuid", (await UsedContractAsync(walk)).Contract.Key)),
    };

    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfTelemetry => new()
    {
        ["SendTelemetry"] = walk => Task.FromResult(Sent(walk, "send-telemetry", $"{Guid.NewGuid()}")),
        ["SendTelemetryData"] = walk => Task.FromResult(Sent(walk, "send-telemetry-data", $"{Guid.NewGuid()}")),
        ["GetTelemetry"] = async walk => Get("/api/v1/get-telemetry", ("data_group", await SentAsync(walk))),
        ["GetTelemetryData"] = async walk => Get("/api/v1/get-telemetry-data", ("data_group", await SentAsync(walk))),
    };

    private static Dictionary<string, Func<Walk, Task<PreparedRequest>>> OfFiles => new()
    {
        ["GetLicenseFile"] = async walk => Post("/api/v1/get-license-file", Key(await walk.ActiveAsync(At.Value)), At),
        ["AccessDownloadables"] = async walk => Post("/api/v1/access-downloadables", Key(await walk.Host.ActiveLicenseAsync(await ReleasedAsync(walk), At.Value)), At),
        ["DownloadFile"] = async walk => Get(GivenDownloads.Address("API_KEY", await walk.Host.ActiveLicenseAsync(await ReleasedAsync(walk), At.Value), At.Value).AbsolutePath),
    };

    private static PreparedRequest Assign(string endpoint, Product product) => Once(endpoint, Of(product), Ada, ("owner_name", "Ada"), ("quantity", "2"));

    private static (string Name, string Value)[] Terms(Product product, string key) =>
    [
        ("contract_key", key), ("contract_name", "Reseller"), ("contract_information", "i"), Of(product), ("license_keys_quantity", "9"), ("status", "active"),
        ("can_get_info", "1"), ("can_generate", "1"), ("can_destroy", "1"), ("can_destroy_all", "1"),
    ];

    private static PreparedRequest Sent(Walk walk, string endpoint, string group) => Once(
        endpoint, Of(walk.First), ("data_type", "numeric-single-value"), ("numeric_data_single_value", "50"), ("data_group", group), ("user_identifier", "u"));

    private static string TwoKeysOneTwice() => $$"""["F-{{Guid.NewGuid()}}","TWICE","TWICE"]""".Replace("TWICE", $"F-{Guid.NewGuid()}", StringComparison.Ordinal);

    private static async Task<string> SentAsync(Walk walk)
    {
        var group = $"{Guid.NewGuid()}";
        Assert.Equal("830", (await walk.PostAsync("send-telemetry", Sent(walk, "send-telemetry", group).Fields)).Code);
        return group;
    }

    private static async Task<Generator> GeneratorAsync(Walk walk) => await walk.Host.GeneratorAsync(await walk.ProductAsync());

    private static async Task<Product> StockAsync(Walk walk, int count)
    {
        var product = await walk.ProductAsync();
        await walk.Host.AvailableAsync(product, count);
        return product;
    }

    private static async Task<Product> ReleasedAsync(Walk walk)
    {
        var product = await walk.ProductAsync();
        await walk.Host.ReleaseAsync(product, "1.0.2");
        return product;
    }

    private static async Task<(LicenseContract Contract, string[] Keys)> UsedContractAsync(Walk walk)
    {
        var product = await walk.ProductAsync();
        await walk.Host.GeneratorAsync(product);
        var contract = await walk.Host.ContractAsync(product, 9);
        var made = await walk.PostAsync("contracts/generate", ("contract_uuid", contract.Key), ("quantity", "2"));
        Assert.Equal("1300", made.Code);
        return (contract, [.. made.Response.GetProperty("license_keys").EnumerateArray().Select(key => key.GetString()!)]);
    }
}
