using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Support;

/// <summary>A store in which there is something of every kind, made through the APIs and <c>licensectl</c>.</summary>
internal static class FilledStore
{
    /// <summary>Fills a store.</summary>
    /// <param name="store">Empty before.</param>
    /// <param name="run">Runs <c>licensectl</c> on it.</param>
    /// <param name="licenses">How many licenses the first product has.</param>
    public static async Task FillAsync(ITableStore store, Func<string[], Task> run, int licenses)
    {
        // Ahead of the server: one that runs knows of a new webhook within five seconds.
        await run(["webhook", "add", "--url", "https://example.com/hook", "--event", "product.updated"]);
        await using var host = await ApiHost.StartAsync(store);
        var product = await host.ProductAsync(each => each with { Name = "Widget Größe 😀" });
        await host.ProductAsync(each => each with { Name = "Gadget", RequiresNonExpired = true });
        await host.GeneratorAsync(product, each => each with { Prefix = "LIC-" });
        var contract = await host.ContractAsync(product, 50);
        await run(["product", "feature", "set", "1", "seats", "--label", "Seats", "--type", "number", "--default", "5"]);
        await run(["block", "add", "--ip", "203.0.113.0/24"]);
        var keys = new List<string>();
        while (keys.Count < licenses)
        {
            // A thousand to an owner, and to the day of their end.
            keys.AddRange((await host.AvailableAsync(product, Math.Min(1_000, licenses - keys.Count), each => each with
            {
                Status = LicenseStatus.Assigned, AssignedAt = 2_000_000_000_000 + (keys.Count / 1_000 * 86_400_000L), ActivationLimit = 3, OwnerName = "Ada Löve", OwnerEmail = $"Ada.{keys.Count}@Example.com",
            })).Select(license => license.Key));
        }

        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (key, _) => await UseAsync(host, key));
        await host.PostAsync("/api/v1/create-license-key-meta", ("license_key", keys[0]), ("identifier", "0.example"), ("key", "note/№"), ("value", "a \"b\" \\ <c>\u2028"));
        await host.PostAsync("/api/v1/create-product-meta", ("product_id", "1"), ("key", "colour"), ("value", "red"));
        await host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "7"));
        await host.PostAsync("/api/v1/send-telemetry", ("license_key", keys[0]), ("data_type", "text"), ("data", "started"), ("data_group", "boot"), ("product_id", "1"));
        // Nobody sends it here: the delivery stays due.
        await host.PostAsync("/api/v1/update-product", ("product_id", "1"), ("description", "Another"));
        await host.PostAsync("/api/v1/delete-license-key", ("license_key", keys[^1]));
    }

    private static async Task UseAsync(ApiHost host, string key)
    {
        // One in four is in use: by one identifier, or by two, of which one is freed again.
        if (key[0] is not ('0' or '4' or '8' or 'c'))
            return;
        await host.PostAsync("/api/v1/activate", ("license_key", key), ("identifier", "0.example"));
        if (key[0] is not '0')
            return;
        await host.PostAsync("/api/v1/activate", ("license_key", key), ("identifier", "1.example"));
        await host.PostAsync("/api/v1/verify", ("license_key", key), ("identifier", "1.example"));
        await host.PostAsync("/api/v1/deactivate", ("license_key", key), ("identifier", "0.example"));
    }
}
