using System.Text.Json;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>A request that is well formed, in its parts.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">The path, percent-encoded.</param>
/// <param name="Fields">What goes into the query or the body.</param>
/// <param name="Weight">How often it is taken, beside the others.</param>
internal sealed record FuzzSeed(string Method, string Path, JsonObject Fields, int Weight = 4)
{
    /// <summary>Every request that the published clients send, and one for each endpoint that they do not know.</summary>
    public static IReadOnlyList<FuzzSeed> All(Product product, Generator generator, string contractKey) =>
        [.. Recorded(product, generator), .. Others(product, contractKey)];

    private static IEnumerable<FuzzSeed> Recorded(Product product, Generator generator)
    {
        foreach (var recorded in ContractData.ClientRequests.EnumerateArray())
        {
            string Fill(string text) => text
                .Replace("11111111-1111-4111-8111-111111111111", product.Uuid, StringComparison.Ordinal)
                .Replace("22222222-2222-4222-8222-222222222222", generator.Uuid, StringComparison.Ordinal);
            var (address, at) = (Fill(recorded.GetProperty("path").GetString()!), recorded.GetProperty("path").GetString()!.IndexOf('?', StringComparison.Ordinal));
            var (path, query) = at < 0 ? (address, "") : (address[..at], address[(at + 1)..]);
            var body = recorded.GetProperty("body");
            var fields = body.ValueKind == JsonValueKind.Object ? JsonNode.Parse(Fill(body.GetRawText()))!.AsObject() : FieldsOf(query);
            fields.Remove("api_key");
            // What grows the lists is taken rarely, or reading them would be all that is done.
            var isGrowing = path.Contains("create-product", StringComparison.Ordinal) || path.Contains("create-contract", StringComparison.Ordinal) || path.Contains("get-all", StringComparison.Ordinal);
            yield return new(recorded.GetProperty("method").GetString()!, path, fields, isGrowing ? 1 : 4);
        }
    }

    private static IEnumerable<FuzzSeed> Others(Product product, string contractKey)
    {
        JsonObject key = new() { ["license_key"] = "KEY-1", ["domain"] = "shop.example.com" }, terms = new() { ["contract_uuid"] = contractKey, ["quantity"] = 1 };
        foreach (var prefix in (string[])["", "/api/license"])
        {
            yield return new("POST", prefix + "/activate", key, 12);
            yield return new("GET", prefix + "/verify", key, 12);
            yield return new("POST", prefix + "/deactivate", key, 8);
            yield return new("GET", prefix + "/status", key, 8);
        }

        yield return new("GET", "/.well-known/jwks.json", []);
        yield return new("POST", "/api/v1/contracts/generate", terms, 1);
        yield return new("POST", "/api/v1/contracts/destroy", new() { ["license_key"] = "KEY-2" }, 1);
        yield return new("POST", "/api/v1/contracts/destroy-all", terms, 1);
        yield return new("GET", "/api/v1/contracts/get-info", terms);
        yield return new("POST", "/api/v1/delete-product", new() { ["product_id"] = 99999 });
        yield return new("GET", "/api/v1/get-product", Of(product));
        yield return new("GET", "/api/v1/get-product-meta", Of(product));
        yield return new("GET", "/api/v1/get-product-public-key", Of(product), 1);
        yield return new("GET", "/api/v1/get-product-changelog", Of(product));
        yield return new("GET", "/api/v1/get-telemetry", new() { ["data_group"] = "g" }, 1);
        yield return new("POST", "/api/v1/send-telemetry-data", new() { ["data_type"] = "text", ["data_group"] = "h", ["text_data"] = "x" });
        yield return new("GET", "/api/v1/download/API_KEY/KEY-1/c2hvcC5leGFtcGxlLmNvbQ==/102", []);
        yield return new("POST", "/api/v1/create-license-keys", new() { ["product_id"] = product.Id, ["license_keys"] = new JsonArray("FUZZ-1", "FUZZ-2") }, 1);
    }

    private static JsonObject Of(Product product) => new() { ["product_id"] = product.Id };

    private static JsonObject FieldsOf(string query)
    {
        var fields = new JsonObject();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            fields[pair.Split('=')[0]] = Uri.UnescapeDataString(pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return fields;
    }
}
