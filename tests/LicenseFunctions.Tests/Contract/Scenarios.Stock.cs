using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

internal static partial class Scenarios
{
    private static Dictionary<string, Func<Walk, Task<SignedReply>>> OfProducts => new()
    {
        ["create-product 750"] = walk => walk.PostAsync("create-product", ("name", "Test"), ("description", "d"), ("status", "active"), ("require_non_expired", "0"), ("source", "internal")),
        ["create-product 751"] = walk => walk.PostAsync("create-product", ("status", "active")),
        ["create-product 751 #2"] = walk => walk.PostAsync("create-product", ("name", "Test"), ("description", "d"), ("status", "neither")),
        ["delete-product 550"] = async walk => await walk.PostAsync("delete-product", await walk.ProductAsync()),
        ["update-product 651"] = walk => walk.PostAsync("update-product", ("product_id", "999"), ("name", "Test"), ("description", "d"), ("status", "active")),
        ["update-product 650"] = async walk => await walk.PostAsync("update-product", await walk.ProductAsync(), ("name", "Renamed"), ("description", "d"), ("status", "active")),
        ["get-all-products 810"] = walk => walk.GetAsync("get-all-products"),
    };

    private static Dictionary<string, Func<Walk, Task<SignedReply>>> OfStock => new()
    {
        ["create-license-keys 900"] = async walk => await walk.PostAsync(
            "create-license-keys", await walk.ProductAsync(), ("license_keys", """["W-1","W-2","W-1"]"""), ("activation_limit", "0"), ("validity", "0"), ("status", "available")),
        ["generate 815"] = walk => walk.PostAsync("generate", walk.First, ("quantity", "10")),
        ["get-all-generators 820"] = walk => walk.GetAsync("get-all-generators"),
        ["get-available-license-keys-count 740"] = walk => walk.GetAsync("get-available-license-keys-count?product_id=999"),
        ["get-available-license-keys-count 741"] = async walk => await walk.GetAsync($"get-available-license-keys-count?product_id={(await StockAsync(walk, 2)).Id}"),
        ["get-license-keys 730"] = async walk => await walk.GetAsync($"get-license-keys?product_id={(await StockAsync(walk, 2)).Id}&status=available"),
        ["random-assign-license-keys 803"] = async walk => await AssignAsync(walk, "random-assign-license-keys", await StockAsync(walk, 2), 2),
        ["random-assign-license-keys 802"] = async walk => await AssignAsync(walk, "random-assign-license-keys", await StockAsync(walk, 5), 7),
        ["random-assign-license-keys 805"] = async walk => await AssignAsync(walk, "random-assign-license-keys", (await StockAsync(walk, 1)) with { Id = 999 }, 1),
        ["random-assign-license-keys 806"] = async walk => await AssignAsync(walk, "random-assign-license-keys", await walk.ProductAsync(), 1, generate: "1"),
        ["random-assign-license-keys-queued 807"] = async walk => await AssignAsync(walk, "random-assign-license-keys-queued", await StockAsync(walk, 1), 1),
    };

    private static Dictionary<string, Func<Walk, Task<SignedReply>>> OfContracts => new()
    {
        ["create-contract 841"] = async walk => await walk.PostAsync("create-contract", ContractOf(await walk.ProductAsync())),
        ["create-contract 825"] = walk => walk.PostAsync("create-contract", ("status", "neither")),
        ["update-contract 825"] = async walk => await walk.PostAsync("update-contract", ("contract_id", await ContractAsync(walk))),
        ["update-contract 842"] = async walk => await walk.PostAsync("update-contract", [("contract_id", await ContractAsync(walk)), .. ContractOf(walk.First)]),
        ["delete-contract 844"] = walk => walk.PostAsync("delete-contract", ("contract_id", "999")),
        ["delete-contract 843"] = async walk => await walk.PostAsync("delete-contract", ("contract_id", await ContractAsync(walk))),
        ["get-all-contracts 740"] = walk => walk.GetAsync("get-all-contracts?product_id=999"),
        ["get-all-contracts 846"] = walk => walk.GetAsync($"get-all-contracts?product_id={walk.First.Id}"),
    };

    private static Dictionary<string, Func<Walk, Task<SignedReply>>> OfTelemetry => new()
    {
        ["send-telemetry-data 831"] = walk => walk.PostAsync("send-telemetry-data", ("product_id", "100")),
        ["send-telemetry-data 830"] = walk => SendAsync(walk, "sent"),
        ["get-telemetry-data 970"] = async walk =>
        {
            await SendAsync(walk, "listed");
            return await walk.GetAsync("get-telemetry-data?data_group=listed");
        },
        ["get-telemetry 900"] = async walk =>
        {
            await SendAsync(walk, "shown");
            return await walk.GetAsync("get-telemetry?data_group=shown");
        },
        ["get-telemetry 902"] = walk => walk.GetAsync("get-telemetry?data_group=none"),
    };

    private static async Task<Product> StockAsync(Walk walk, int count)
    {
        var product = await walk.ProductAsync();
        await walk.Host.AvailableAsync(product, count);
        return product;
    }

    private static Task<SignedReply> AssignAsync(Walk walk, string endpoint, Product product, int quantity, string generate = "0") => walk.PostAsync(
        endpoint, product, ("owner_name", "Test User"), ("owner_email", "email@domain.ltd"), ("quantity", $"{quantity}"), ("generate", generate));

    private static (string Name, string Value)[] ContractOf(Product product) =>
    [
        ("contract_key", $"{Guid.NewGuid()}"), ("contract_name", "Test Contract"), ("contract_information", "Test information"),
        ("product_id", $"{product.Id}"), ("license_keys_quantity", "65"), ("status", "active"),
        ("can_get_info", "1"), ("can_generate", "1"), ("can_destroy", "1"), ("can_destroy_all", "1"),
    ];

    private static async Task<string> ContractAsync(Walk walk) => $"{(await walk.Host.ContractAsync(await walk.ProductAsync(), 65)).Id}";

    private static Task<SignedReply> SendAsync(Walk walk, string group) => walk.PostAsync(
        "send-telemetry-data", walk.First, ("data_type", "numeric-single-value"), ("numeric_data_single_value", "50"), ("data_group", group),
        ("user_identifier", "554ddd"), ("license_key", "755aed85"), ("activation_identifier", "12135644"), ("product_version", "5.2.5"));
}
