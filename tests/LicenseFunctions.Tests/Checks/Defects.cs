using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Checks;

/// <summary>One way in which a store can be wrong.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Check">Which check is to find it.</param>
/// <param name="PlantAsync">Makes it so.</param>
internal sealed record Defect(string Name, string Check, Func<Sick, Task> PlantAsync)
{
    /// <summary>How many findings it makes; 0 for some.</summary>
    public int Findings { get; init; } = 1;

    /// <summary>Takes back what cannot be derived; null where it can.</summary>
    public Func<Sick, Task>? UndoAsync { get; init; }
}

/// <summary>Every kind of defect that the doctor knows.</summary>
internal static class Defects
{
    private const string A = "a.example";

    private static readonly string Hash = LicenseRows.Hash(A);

    public static IReadOnlyList<Defect> All { get; } =
    [
        new("too many counted", "activations", sick => sick.EditAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["active_count"] = 3)),
        new("metadata miscounted", "activations", sick => sick.EditAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["meta_count"] = 4)),
        new("another is the latest", "activations", sick => sick.EditAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["latest_hash"] = Hash)),
        new("a place in time is missing", "activations", async sick => await sick.RemoveAsync(TableNames.Licenses, sick.Partition, await PlaceAsync(sick))),
        new("usage is missing", "activations", sick => sick.RemoveAsync(TableNames.Licenses, sick.Partition, LicenseRows.ActivationUsage(Hash))),
        new("usage of nobody", "activations", sick => sick.PutAsync(TableNames.Licenses, sick.Partition, LicenseRows.ActivationUsage(LicenseRows.Hash("z")), Usage(sick.License.Id))),
        new("rows of a license that is gone", "activations", sick => sick.PutAsync(
            TableNames.Licenses, LicenseRows.Partition("gone"), LicenseRows.ActivationUsage(Hash), Usage(999))),
        new("an activation is missing", "activations", sick => sick.RemoveAsync(TableNames.Licenses, sick.Partition, LicenseRows.Activation(LicenseRows.Hash("b.example"))))
        {
            // Its place, its usage, and the count.
            Findings = 3,
        },
        new("not in the product's list", "lists", sick => UnlistAsync(sick, sick.Shard)) { Findings = 2 },
        new("not in the owner's list", "lists", sick => UnlistAsync(sick, ListingRows.Owner(Sick.Owner))),
        new("not among those that expire", "lists", sick => UnlistAsync(sick, ListingRows.Expiry(sick.License)!)),
        new("listed with another status", "lists", sick => sick.EditAsync(
            TableNames.Listing, sick.Shard, ListingRows.Row(sick.License.Id), row => row["status"] = "blocked")) { Findings = 2 },
        new("listed with another name", "lists", sick => sick.EditAsync(
            TableNames.Listing, ListingRows.Owner(Sick.Owner), ListingRows.Row(sick.License.Id), row => row["owner_name"] = "X")),
        new("listed and gone", "lists", sick => sick.PutAsync(
            TableNames.Listing, ListingRows.Owner("x@example.com"), ListingRows.Row(77), (sick.License with { Id = 77, Key = "gone" }).ToValues())),
        new("in another owner's list", "lists", sick => sick.PutAsync(
            TableNames.Listing, ListingRows.Owner("x@example.com"), ListingRows.Row(sick.License.Id), sick.License.ToValues())),
        new("a shard miscounted", "counts", async sick =>
        {
            var count = ShardCount.From((await sick.Host.Store.FindAsync(TableNames.Listing, sick.Shard, ListingRows.Count, default))!.Values);
            count.Move(sick.License.Id, null, LicenseStatus.Available);
            await sick.PutAsync(TableNames.Listing, sick.Shard, ListingRows.Count, count.ToValues());
        }),
        new("a contract not counted", "counts", sick => sick.RemoveAsync(TableNames.Listing, ListingRows.Contract(sick.Contract.Id), ListingRows.Count)),
        new("an outbox forgotten", "outbox", async sick =>
        {
            var license = (await sick.Host.LicenseOfAsync(sick.License.Key))!;
            var next = license with { OwnerName = "New", Revision = license.Revision + 1 };
            await sick.PutAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, next.ToValues());
            await sick.PutAsync(TableNames.Licenses, sick.Partition, LicenseOutbox.RowKey(next), LicenseOutbox.Values(license, next, false));
        }),
        new("a marker left alone", "outbox", sick => sick.PutAsync(
            TableNames.Listing, "pending", $"{sick.Partition}.{Guid.NewGuid():N}", new() { ["schema"] = 1, ["marked_at"] = 1_000, ["table"] = TableNames.Licenses })),
        new("numbers to be given again", "numbers", sick => sick.PutAsync(TableNames.Ids, "license", "next", new() { ["schema"] = 1, ["id"] = sick.Under.Id + 1 })) { Findings = 0 },
        new("a plan abandoned", "under way", sick => sick.PutAsync(
            TableNames.Idempotency, "plans", "p.000", new() { ["schema"] = 1, ["planned_at"] = 1_000, ["licenses"] = "[]"u8.ToArray() })),
        new("a claim abandoned", "under way", sick => sick.PutAsync(
            TableNames.Idempotency, "claims", "c1", new() { ["schema"] = 1, ["begun_at"] = 1_000, ["keep_until"] = 0 })),
        new("a claim's notes left", "under way", sick => sick.PutAsync(
            TableNames.Idempotency, "claim.c2", "n", new() { ["schema"] = 1, ["planned_at"] = 1_000, ["claims"] = "[]"u8.ToArray() })),
        new("a job that nobody does", "under way", sick => sick.PutAsync(TableNames.Idempotency, "jobs", "job.j", new()
        {
            ["schema"] = 1, ["product_id"] = sick.Product.Id, ["quantity"] = 1, ["state"] = "Queued", ["due_at"] = 1_000,
        }))
        {
            UndoAsync = sick => sick.RemoveAsync(TableNames.Idempotency, "jobs", "job.j"),
        },
        new("a record too old", "records", sick => sick.PutAsync(TableNames.Licenses, sick.Partition, "idem." + Hash, new()
        {
            ["schema"] = 1, ["payload"] = new byte[32], ["recorded_at"] = 1_000, ["http_status"] = 200, ["response"] = "{}"u8.ToArray(),
        })),
        new("a claim of a name too old", "under way", sick => sick.PutAsync(TableNames.Idempotency, Hash, "claim", new()
        {
            ["schema"] = 1, ["payload"] = new byte[32], ["recorded_at"] = 1_000,
        })),
        new("a pointer to nothing", "catalog", sick => sick.PutAsync(TableNames.Catalog, "product", "slug.lost", new() { ["schema"] = 1, ["id"] = 55 })),
        new("a product not found by its slug", "catalog", sick => sick.RemoveAsync(TableNames.Catalog, "product", "slug." + sick.Product.Slug)),
        new("metadata of a product that is gone", "catalog", sick => sick.PutAsync(
            TableNames.Catalog, "product", ProductRows.Part("meta", 56, "x"), new() { ["schema"] = 1, ["product_id"] = 56, ["number"] = 1, ["key"] = "x", ["value"] = "y" })),
        new("a generator of no product", "catalog", sick => EditGeneratorAsync(sick, 57))
        {
            UndoAsync = sick => EditGeneratorAsync(sick, sick.Product.Id),
        },
        new("a license of no product", "numbers", sick => SetProductAsync(sick, 58))
        {
            Findings = 0,
            UndoAsync = sick => SetProductAsync(sick, sick.Product.Id),
        },
        new("more than the quantity", "quotas", sick => SetContractAsync(sick, contract => contract with { Quantity = 1, UpdatedAt = contract.UpdatedAt - 3_600_000 }))
        {
            UndoAsync = sick => SetContractAsync(sick, contract => contract with { Quantity = 5 }),
        },
        new("a key that the signer lacks", "signing keys", sick => SetSigningKeyAsync(sick, "product-lost"))
        {
            UndoAsync = sick => SetSigningKeyAsync(sick, null),
        },
        new("an API key pinned to a signing key that is not there", "signing keys", sick => PinAsync(sick, "lost"))
        {
            UndoAsync = sick => PinAsync(sick),
        },
        new("an offline key that nobody opens", "signing keys", async sick => await sick.EditAsync(
            TableNames.Catalog, "product", await sick.FirstAsync(TableNames.Catalog, "product", "key."), row => row["wrapped_key"] = Flipped(row)))
        {
            UndoAsync = async sick => await sick.EditAsync(
                TableNames.Catalog, "product", await sick.FirstAsync(TableNames.Catalog, "product", "key."), row => row["wrapped_key"] = Flipped(row)),
        },
        new("a delivery for nobody", "webhooks", sick => sick.PutAsync(TableNames.Webhooks, "lost", "seen.evt", new() { ["schema"] = 1, ["seen_at"] = 1 })),
        new("a delivery left alone", "webhooks", sick => sick.PutAsync(TableNames.Webhooks, "post_url", "due.000000000001000.evt_1", new()
        {
            ["schema"] = 1, ["event_id"] = "evt_1", ["event"] = "activation.deleted", ["body"] = "{}"u8.ToArray(), ["due_at"] = 1_000, ["first_at"] = 1_000,
        }))
        {
            UndoAsync = sick => sick.RemoveAsync(TableNames.Webhooks, "post_url", "due.000000000001000.evt_1"),
        },
        new("a copy of the block rules behind", "block rules", sick => sick.EditAsync(
            TableNames.Access, "rules.3", "rules", row => row["rules"] = BlockRules.None.ToJson())),
        new("a copy of an entry that is gone", "telemetry", async sick =>
        {
            foreach (var shard in Enumerable.Range(0, 16))
            {
                await foreach (var row in sick.Host.Store.ListAsync(new(TableNames.Telemetry, $"all.{shard:D2}"), default))
                    await sick.RemoveAsync(TableNames.Telemetry, row.Partition, row.Key);
            }
        })
        {
            Findings = 0,
        },
        new("a row that cannot be read", "rows", sick => sick.EditAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["status"] = "lost"))
        {
            UndoAsync = sick => sick.EditAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["status"] = "assigned"),
        },
        new("a row of a kind that there is not", "rows", sick => sick.PutAsync(TableNames.Audit, "x", "y", new() { ["schema"] = 1 }))
        {
            UndoAsync = sick => sick.RemoveAsync(TableNames.Audit, "x", "y"),
        },
        new("a row from the future", "rows", sick => sick.EditAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["schema"] = 2))
        {
            UndoAsync = sick => sick.EditAsync(TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["schema"] = 1),
        },
    ];

    private static RowValues Usage(long license) => new() { ["schema"] = 1, ["license_id"] = license, ["verification_count"] = 1 };

    private static async Task<string> PlaceAsync(Sick sick) =>
        (await sick.Host.Store.ListAsync(new(TableNames.Licenses, sick.Partition, LicenseRows.Recent), default).LastAsync()).Key;

    private static Task UnlistAsync(Sick sick, string list) => sick.RemoveAsync(TableNames.Listing, list, ListingRows.Row(sick.License.Id));

    private static async Task EditGeneratorAsync(Sick sick, long product) => await sick.EditAsync(
        TableNames.Catalog, "generator", await sick.FirstAsync(TableNames.Catalog, "generator", "id."), row => row["product_id"] = product);

    private static Task SetSigningKeyAsync(Sick sick, string? name) => sick.EditAsync(
        TableNames.Catalog, "product", ProductRows.Product(sick.Product.Id), row => row["signing_key"] = name);

    private static async Task PinAsync(Sick sick, params string[] keyIds)
    {
        var keys = sick.Host.Services.GetRequiredService<ApiKeys>();
        await keys.ChangeAsync((await keys.ListAsync(default))[0].Id, key => key with { SigningKeyIds = keyIds }, default);
    }

    private static async Task SetContractAsync(Sick sick, Func<LicenseContract, LicenseContract> change) => await sick.EditAsync(
        TableNames.Catalog, "contract", await sick.FirstAsync(TableNames.Catalog, "contract", "id."), row =>
        {
            foreach (var (name, value) in change(LicenseContract.From(row)).ToValues())
                row[name] = value;
        });

    private static Task SetProductAsync(Sick sick, long product) => sick.EditAsync(
        TableNames.Licenses, sick.Partition, LicenseRows.License, row => row["product_id"] = product);

    private static byte[] Flipped(RowValues row)
    {
        var wrapped = row.GetBinary("wrapped_key")!.ToArray();
        wrapped[^1] ^= 1;
        return wrapped;
    }
}
