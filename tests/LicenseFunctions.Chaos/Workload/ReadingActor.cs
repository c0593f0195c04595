using LicenseFunctions.Licensing;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>One client that asks for what the others do not: whatever is killed meanwhile, no answer may be a fault of the server.</summary>
internal sealed class ReadingActor(Caller caller, Ledger ledger, Random random, Product product, string license, int client) : IActor
{
    private static readonly string[] Identifiers = ["a.example", "b.example", "nobody.example"];

    public async Task ActAsync()
    {
        var identifier = Identifiers[random.Next(Identifiers.Length)];
        await (random.Next(14) switch
        {
            0 => GetAsync($"/api/v1/get-product?product_id={product.Id}"),
            1 => GetAsync($"/api/v1/get-product-meta?product_id={product.Id}"),
            2 => GetAsync($"/api/v1/get-product-changelog?product_id={product.Id}"),
            3 => GetAsync($"/api/v1/products/{product.Slug}/changelog"),
            4 => GetAsync($"/api/v1/get-product-public-key?product_id={product.Id}"),
            5 => GetAsync($"/api/v1/licenses/{license}/features/seats"),
            6 => GetAsync($"/api/v1/get-telemetry?data_group=g{client}"),
            7 => GetAsync($"/api/v1/get-telemetry-data?data_group=g{client}"),
            8 => GetAsync($"/status?license_key={license}"),
            9 => PostAsync("get-license-key-details", identifier),
            10 => PostAsync("access-downloadables", identifier),
            11 => PostAsync("get-license-file", identifier),
            12 => GetAsync("/health/ready"),
            _ => SendAsync(),
        });
    }

    private async Task GetAsync(string path)
    {
        if (await caller.GetAsync(path) is { Status: not (200 or 429) } reply)
            ledger.Violate($"{path} answered {reply.Status} {reply.Code}");
    }

    private async Task PostAsync(string endpoint, string identifier)
    {
        if (await caller.PostAsync($"/api/v1/{endpoint}", new() { ["license_key"] = license, ["identifier"] = identifier }) is { Status: not (200 or 429) } reply)
            ledger.Violate($"{endpoint} answered {reply.Status} {reply.Code}");
    }

    private async Task SendAsync()
    {
        Dictionary<string, object> entry = new()
        {
            ["product_id"] = product.Id, ["data_type"] = "numeric-single-value", ["numeric_data_single_value"] = "7", ["data_group"] = $"g{client}", ["license_key"] = license,
        };
        if (await caller.PostAsync("/api/v1/send-telemetry", entry) is { IsLimited: false } reply && reply.Code is not ("830" or "831"))
            ledger.Violate($"send-telemetry answered {reply.Code}");
    }

    public Task VerifyAsync(IServiceProvider services) => Task.CompletedTask;
}
