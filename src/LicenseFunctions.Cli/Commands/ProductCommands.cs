using System.CommandLine;
using System.Globalization;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl product …</c></summary>
internal static class ProductCommands
{
    public static Command All() => new("product", "The products that licenses are for") { List(), Show() };

    /// <summary>How every command names a product.</summary>
    public static Argument<string> Reference() => new("ID") { Description = "The product's number, uuid or slug" };

    /// <summary>The product that was named; null when there is none.</summary>
    public static async Task<Product?> FindAsync(CommandRun run, string reference)
    {
        var products = run.Service<Products>();
        var text = reference.Trim().ToLowerInvariant();
        // A slug can look like a number: the name "2048" makes one.
        return (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? await products.FindAsync(id, run.Cancel).ConfigureAwait(false)
                : null)
            ?? await products.FindByNameAsync(text, null, run.Cancel).ConfigureAwait(false)
            ?? await products.FindByNameAsync(null, text, run.Cancel).ConfigureAwait(false);
    }

    public static Answer Unknown { get; } = Answer.Failed("No product has this number, uuid or slug; licensectl product list shows them.");

    private static StoreCommand List() => new("list", "Show all products", async run =>
        Answer.List(
            (await run.Service<Products>().ListAsync(run.Cancel).ConfigureAwait(false)).Select(Documents.Of),
            "No products.", "id", "uuid", "slug", "name", "status", "created_at"));

    private static StoreCommand Show()
    {
        var reference = Reference();
        return new StoreCommand("show", "Show one product", async run =>
            await FindAsync(run, run.Value(reference)).ConfigureAwait(false) is { } product
                ? Answer.Of(Documents.Of(product))
                : Unknown) { reference };
    }
}
