using System.CommandLine;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl download …</c>: the versions of products that customers can download.</summary>
internal static class DownloadCommands
{
    private static readonly Answer UnknownVersion =
        Answer.Failed("The product has no such version; licensectl download list shows them.");

    public static Command All() => new("download", "The versions that customers can download")
    {
        Add(),
        List(),
        Change("remove", "Take a version away, with its file", "removed", (run, product, version) =>
            run.Service<DownloadReleases>().RemoveAsync(product.Id, version, run.Cancel)),
        Change("publish", "Show a version to customers", "published", (run, product, version) =>
            run.Service<Downloads>().UpdateAsync(product.Id, version.Trim(), download => download with { IsPublished = true }, run.Cancel)),
    };

    private static StoreCommand Add()
    {
        var (product, version) = (Product(), Version());
        var file = new Option<string>("--file") { Description = "The file", HelpName = "PATH", Required = true };
        var summary = new Option<string>("--summary") { Description = "What is new, in a line", HelpName = "S" };
        var changelog = new Option<string>("--changelog") { Description = "What is new, at length", HelpName = "S" };
        var publish = new Option<bool>("--publish") { Description = "Show it to customers at once" };
        return new StoreCommand("add", "Add a version with its file", async run =>
        {
            if (await ProductCommands.FindAsync(run, run.Value(product)!).ConfigureAwait(false) is not { } found)
                return ProductCommands.Unknown;
            var path = run.Value(file)!;
            return await AddAsync(run, path, new(
                found.Id, run.Value(version)!, Path.GetFileName(path), run.Value(summary) ?? "", run.Value(changelog) ?? "", run.Value(publish)))
                .ConfigureAwait(false);
        }) { product, version, file, summary, changelog, publish };
    }

    private static async Task<Answer> AddAsync(CommandRun run, string path, NewRelease release)
    {
        try
        {
            var content = new ProgressStream(File.OpenRead(path), release.FileName, run.Progress);
            await using (content.ConfigureAwait(false))
            {
                var (outcome, download) = await run.Service<DownloadReleases>().AddAsync(release, content, run.Cancel).ConfigureAwait(false);
                return outcome switch
                {
                    ReleaseOutcome.ProductUnknown => ProductCommands.Unknown,
                    ReleaseOutcome.VersionExists => Answer.Failed("The product has this version already; remove it first, or choose another."),
                    ReleaseOutcome.Added => Answer.Of(
                        Documents.Of(download!),
                        $"Version {download!.Version} of product {download.ProductId} is added{(download.IsPublished ? " and published" : "; publish it when it is ready")}."),
                };
            }
        }
        catch (ArgumentException refused)
        {
            return Answer.Failed(refused.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Answer.Failed($"The file cannot be read, or not be kept; look at --file and Downloads__Path: {e.Message}");
        }
    }

    private static StoreCommand List()
    {
        var product = ProductCommands.Option("Only those of this product");
        return new StoreCommand("list", "Show versions, the newest of each product first", async run =>
        {
            IReadOnlyList<Product> products;
            if (run.Value(product) is not { } reference)
                products = await run.Service<Products>().ListAsync(run.Cancel).ConfigureAwait(false);
            else if (await ProductCommands.FindAsync(run, reference).ConfigureAwait(false) is { } found)
                products = [found];
            else
                return ProductCommands.Unknown;
            var downloads = new List<Download>();
            foreach (var each in products)
                downloads.AddRange(await run.Service<DownloadReleases>().ListAsync(each.Id, run.Cancel).ConfigureAwait(false));
            return Answer.List(
                downloads.Select(Documents.Of),
                "No versions.", "id", "product_id", "version", "published", "release_date", "file_name", "size", "download_counter");
        }) { product };
    }

    private static StoreCommand Change(
        string name, string description, string done, Func<CommandRun, Product, string, Task<Download?>> change)
    {
        var (product, version) = (Product(), Version());
        return new StoreCommand(name, description, async run =>
        {
            if (await ProductCommands.FindAsync(run, run.Value(product)!).ConfigureAwait(false) is not { } found)
                return ProductCommands.Unknown;
            return await change(run, found, run.Value(version)!).ConfigureAwait(false) is { } changed
                ? Answer.Of(Documents.Of(changed), $"Version {changed.Version} of product {changed.ProductId} is {done}.")
                : UnknownVersion;
        }) { product, version };
    }

    private static Option<string> Product()
    {
        var product = ProductCommands.Option("The product's number, uuid or slug");
        product.Required = true;
        return product;
    }

    private static Option<string> Version() => new("--version") { Description = "As customers call it, with a digit", HelpName = "V", Required = true };
}
