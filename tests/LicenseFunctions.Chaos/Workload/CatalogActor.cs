using LicenseFunctions.Licensing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>One client that makes, changes and deletes products, and reads whatever can be read.</summary>
internal sealed class CatalogActor(Caller caller, NamedCalls named, Ledger ledger, Random random, long stock, int client) : IActor
{
    private readonly Dictionary<long, HashSet<string>> _products = [];
    private readonly HashSet<long> _deleted = [];
    private int _number;

    public Task ActAsync() => random.Next(12) switch
    {
        0 => CreateAsync(),
        1 => RenameAsync(),
        2 => DescribeAsync(),
        3 => DeleteAsync(),
        < 6 => ReadAsync($"/api/v1/get-license-keys?product_id={stock}&page={random.Next(1, 4)}"),
        6 => ReadAsync("/api/v1/get-all-products"),
        7 => ReadAsync("/api/v1/get-all-contracts"),
        8 => ReadAsync("/api/v1/get-all-generators"),
        9 => ReadAsync($"/api/v1/get-available-license-keys-count?product_id={stock}"),
        10 => ReadAsync("/.well-known/jwks.json"),
        _ => caller.PostAsync("/api/v1/send-telemetry-data", new()
        {
            ["data_type"] = "numeric-single-value", ["data_group"] = $"g{client}", ["numeric_data_single_value"] = "5", ["license_key"] = "nobody's",
        }),
    };

    private async Task ReadAsync(string path)
    {
        if (await caller.GetAsync(path) is { Status: not (200 or 429) } reply)
            ledger.Violate($"{path} answered {reply.Status}");
    }

    private Task CreateAsync() => named.CallAsync(
        "/api/v1/create-product", new() { ["name"] = $"P {client} {_number++}", ["description"] = "d" },
        reply =>
        {
            if (reply.Code != "750" || !_products.TryAdd(reply.Response.GetProperty("product_id").GetInt64(), []))
                ledger.Violate($"create-product answered {reply.Code}, or a number twice");
        });

    private async Task RenameAsync()
    {
        if (Any() is not { } id)
            return;
        var name = $"R {client} {_number++}";
        _products[id].Add(name);
        if (await caller.PostAsync("/api/v1/update-product", new() { ["product_id"] = id, ["name"] = name }) is not { IsLimited: false } reply)
            return;
        if (reply.Code != "650")
            ledger.Violate($"update-product answered {reply.Code}");
        _products[id].Clear();
        _products[id].Add(name);
    }

    /// <summary>Whatever it finds: that a repetition answers the same is what is looked at.</summary>
    private async Task DescribeAsync()
    {
        if (Any() is not { } id)
            return;
        var verb = random.Next(4) switch { 0 => "update", 1 => "delete", _ => "create" };
        await named.CallAsync(
            $"/api/v1/{verb}-product-meta", new() { ["product_id"] = id, ["key"] = $"k{random.Next(6)}", ["value"] = $"v{_number++}" },
            reply =>
            {
                if (reply.Status != 200)
                    ledger.Violate($"{verb}-product-meta answered {reply.Status} {reply.Code}");
            });
    }

    private async Task DeleteAsync()
    {
        if (_products.Count < 3 || Any() is not { } id)
            return;
        _products.Remove(id);
        if (await caller.PostAsync("/api/v1/delete-product", new() { ["product_id"] = id }) is { IsLimited: false } reply)
        {
            _deleted.Add(id);
            if (reply.Code != "550")
                ledger.Violate($"delete-product answered {reply.Code}");
        }
    }

    private long? Any() => _products.Count == 0 ? null : _products.Keys.ElementAt(random.Next(_products.Count));

    public async Task VerifyAsync(IServiceProvider services)
    {
        var all = (await services.GetRequiredService<Products>().ListAsync(default)).ToDictionary(product => product.Id);
        foreach (var (id, names) in _products)
        {
            if (!all.TryGetValue(id, out var product))
                ledger.Violate($"product {id} is lost");
            else if (names.Count > 0 && product.Name.StartsWith("R ", StringComparison.Ordinal) && !names.Contains(product.Name))
                ledger.Violate($"product {id} has lost its name");
        }

        foreach (var id in _deleted.Where(all.ContainsKey))
            ledger.Violate($"product {id} is there though deleted");
    }
}
