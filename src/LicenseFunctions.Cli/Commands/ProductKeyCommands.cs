using System.CommandLine;
using LicenseFunctions.Licensing;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl product key …</c>: products that sign with a key of their own.</summary>
internal static class ProductKeyCommands
{
    public static Command All() => new("key", "The signing key of a product's own") { Create() };

    /// <summary>The id of the key that signs for a product; without one, perhaps what to tell people.</summary>
    public static async Task<(string? KeyId, string? Note)> KeyIdAsync(CommandRun run, Product product)
    {
        try
        {
            // Only looked for: showing a product makes no key.
            var key = await run.Service<SigningKeys>().FindAsync(product.SigningKeyName ?? SigningKeys.Global, run.Cancel).ConfigureAwait(false);
            return (key?.KeyId, null);
        }
        catch (SigningUnavailableException unreachable)
        {
            // The rest of the product can be shown all the same.
            return (null, $"The signing keys cannot be reached: {unreachable.Message}");
        }
    }

    private static StoreCommand Create()
    {
        var reference = ProductCommands.Reference();
        return new StoreCommand("create", "Have a key of its own sign what concerns a product", async run =>
        {
            if (await ProductCommands.FindAsync(run, run.Value(reference)).ConfigureAwait(false) is not { } product
                || await run.Service<ProductSigningKeys>().CreateAsync(product.Id, run.Cancel).ConfigureAwait(false) is not { } key)
            {
                return ProductCommands.Unknown;
            }

            return Answer.Of(
                new()
                {
                    ["product_id"] = product.Id,
                    ["product_uuid"] = product.Uuid,
                    ["signing_key"] = key.Name,
                    ["signing_key_id"] = key.KeyId,
                },
                $"Answers about product {product.Id} ({product.Uuid}) are signed by {key.Name}, key id {key.KeyId}.");
        }) { reference };
    }
}
