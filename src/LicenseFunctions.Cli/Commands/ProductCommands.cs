using System.CommandLine;
using System.Globalization;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl product …</c></summary>
internal static class ProductCommands
{
    public static Command All() => new("product", "The products that licenses are for")
    {
        List(), Show(), Set(), ProductKeyCommands.All(), ProductFeatureCommands.All(),
    };

    /// <summary>How every command names a product.</summary>
    public static Argument<string> Reference() => new("ID") { Description = "The product's number, uuid or slug" };

    /// <summary>How commands name a product that they are not about.</summary>
    public static Option<string> Option(string description) => new("--product") { Description = description, HelpName = "ID" };

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
        {
            if (await FindAsync(run, run.Value(reference)).ConfigureAwait(false) is not { } product)
                return Unknown;
            var document = Documents.Of(product);
            var (keyId, note) = await ProductKeyCommands.KeyIdAsync(run, product).ConfigureAwait(false);
            document.Insert(document.IndexOf("signing_key") + 1, "signing_key_id", keyId);
            return Answer.Of(document) with { Note = note };
        }) { reference };
    }

    private static StoreCommand Set()
    {
        var reference = Reference();
        var slug = new Option<string>("--slug") { Description = "Its name in addresses: " + Slug.Rule, HelpName = "S" };
        slug.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Slug.IsValid(token.Value))
                result.AddError("--slug has " + Slug.Rule);
        });
        var changelog = new Option<string>("--changelog") { Description = "Whether anybody may read its changelog", HelpName = "on|off" };
        changelog.AcceptOnlyFromAmong("on", "off");
        var command = new StoreCommand("set", "Change a product", run => SetAsync(run, run.Value(reference), run.Value(slug), run.Value(changelog)))
        {
            reference, slug, changelog,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(slug) is null && result.GetResult(changelog) is null)
                result.AddError("Say what: --slug, --changelog or both.");
        });
        return command;
    }

    private static async Task<Answer> SetAsync(CommandRun run, string reference, string? slug, string? changelog)
    {
        if (await FindAsync(run, reference).ConfigureAwait(false) is not { } product)
            return Unknown;
        Product Change(Product before) => changelog is null ? before : before with { ShowsChangelog = changelog == "on" };
        var products = run.Service<Products>();
        var (changed, isTaken) = slug is null
            ? (await products.UpdateAsync(product.Id, Change, run.Cancel).ConfigureAwait(false), false)
            : await products.UpdateAsync(product.Id, slug, Change, run.Cancel).ConfigureAwait(false);
        return isTaken ? Answer.Failed($"Another product has the slug {slug}; choose another one, nothing was changed.")
            : changed is null ? Unknown
            : Answer.Of(
                Documents.Of(changed),
                $"Product {changed.Id} has the slug {changed.Slug}, and its changelog is {(changed.ShowsChangelog ? "on" : "off")}.");
    }
}
