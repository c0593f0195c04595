using System.CommandLine;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl generator …</c>: how license keys are made.</summary>
internal static class GeneratorCommands
{
    public static Command All() => new("generator", "What makes license keys") { Create(), List() };

    private static StoreCommand Create()
    {
        var product = ProductCommands.Option("The product of the licenses");
        product.Required = true;
        var method = new Option<string>("--method") { Description = "How keys are made", HelpName = "uuid|chunk-system|custom", Required = true };
        method.AcceptOnlyFromAmong("uuid", "chunk-system", "custom");
        var chunks = new Option<int?>("--chunks") { Description = "Of chunk-system: how many, 4 unless told", HelpName = "N" };
        var length = new Option<int?>("--chunk-length") { Description = "Of chunk-system: how long each is, 4 unless told", HelpName = "N" };
        var charset = new Option<string>("--charset") { Description = "The random characters, 0-9 and A-F unless told", HelpName = "S" };
        var prefix = new Option<string>("--prefix") { Description = "Before each key; of custom, each * is a random character", HelpName = "S" };
        var suffix = new Option<string>("--suffix") { Description = "After each key, likewise", HelpName = "S" };
        var limit = new Option<long?>("--activation-limit") { Description = "Of the licenses; 0 is unlimited, 1 unless told", HelpName = "N" };
        var validity = new Option<long?>("--validity") { Description = "Of the licenses, in days; 0, as unless told, is for ever", HelpName = "DAYS" };
        var command = new StoreCommand("create", "Make a generator", async run =>
        {
            if (await ProductCommands.FindAsync(run, run.Value(product)!).ConfigureAwait(false) is not { } found)
                return ProductCommands.Unknown;
            var plain = new Generator { ProductId = found.Id, Method = GeneratorMethods.Parse(run.Value(method))!.Value };
            return await CreateAsync(run, plain with
            {
                Chunks = run.Value(chunks) ?? plain.Chunks,
                ChunkLength = run.Value(length) ?? plain.ChunkLength,
                Charset = run.Value(charset) ?? plain.Charset,
                Prefix = run.Value(prefix) ?? plain.Prefix,
                Suffix = run.Value(suffix) ?? plain.Suffix,
                ActivationLimit = run.Value(limit) ?? plain.ActivationLimit,
                ValidityDays = run.Value(validity) ?? plain.ValidityDays,
            }).ConfigureAwait(false);
        }) { product, method, chunks, length, charset, prefix, suffix, limit, validity };
        command.Validators.Add(result =>
        {
            // What would be ignored was meant to do something.
            if (result.GetResult(method)?.Tokens is [var name] && name.Value != "chunk-system"
                && (result.GetResult(chunks) is not null || result.GetResult(length) is not null))
            {
                result.AddError("--chunks and --chunk-length are for --method chunk-system.");
            }
        });
        return command;
    }

    private static async Task<Answer> CreateAsync(CommandRun run, Generator draft)
    {
        if (draft.Flaw is { } flaw)
            return Answer.Failed(flaw);
        if (!KeyMaker.CanMake(draft, 1))
            return Answer.Failed($"It could make {draft.Keys} different keys, too few not to be guessed: {KeyMaker.Margin} or more are needed; lengthen them.");
        var made = await run.Service<Generators>().CreateAsync(draft, run.Cancel).ConfigureAwait(false);
        return Answer.Of(Documents.Of(made), $"Generator {made.Id} is made: {made.Uuid}");
    }

    private static StoreCommand List()
    {
        var product = ProductCommands.Option("Only those of this product");
        return new StoreCommand("list", "Show generators", async run =>
        {
            var found = run.Value(product) is { } reference ? await ProductCommands.FindAsync(run, reference).ConfigureAwait(false) : null;
            return found is null && run.Value(product) is not null
                ? ProductCommands.Unknown
                : Answer.List(
                    (await run.Service<Generators>().ListAsync(found?.Id, run.Cancel).ConfigureAwait(false)).Select(Documents.Of),
                    "No generators.", "id", "uuid", "product_id", "method", "prefix", "suffix", "activation_limit", "validity");
        }) { product };
    }
}
