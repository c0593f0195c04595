using System.CommandLine;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl product feature …</c>: what a product has and its licenses may have in their own way.</summary>
internal static class ProductFeatureCommands
{
    private static readonly string[] Types = ["boolean", "number", "text"];

    public static Command All() => new("feature", "The features of a product") { Set(), List(), Remove() };

    /// <summary>How every command names a feature.</summary>
    public static Argument<string> Key(string name)
    {
        var key = new Argument<string>(name) { Description = "The feature's key" };
        key.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsLine(token.Value, shortest: 1))
                result.AddError($"A feature's key is a line of 1 to {ProductFeature.LongestKey} characters.");
        });
        return key;
    }

    /// <summary>What the values of a type are, in words.</summary>
    public static string Values(FeatureType type) => type switch
    {
        FeatureType.Boolean => "a boolean is true or false",
        FeatureType.Number => "a number is a whole one, at most 2^53 - 1",
        FeatureType.Text => $"a text has at most {FeatureValue.LongestText} characters",
    };

    /// <summary>Reads a value as requests would: without U+2028 and U+2029, which clients write differently.</summary>
    public static FeatureValue? Read(FeatureType type, string text) => FeatureValue.Read(
        type, text.Replace("\u2028", "", StringComparison.Ordinal).Replace("\u2029", "", StringComparison.Ordinal));

    private static StoreCommand Set()
    {
        var (reference, key) = (ProductCommands.Reference(), Key("KEY"));
        var type = new Option<string>("--type") { Description = "What its values are", HelpName = "boolean|number|text", Required = true };
        type.AcceptOnlyFromAmong(Types);
        var value = new Option<string>("--default") { Description = "The value of licenses that have none of their own", HelpName = "V", Required = true };
        var label = new Option<string>("--label") { Description = "What people call it; its key unless it has one already", HelpName = "L" };
        label.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsLine(token.Value, shortest: 0))
                result.AddError($"--label is a line of at most {ProductFeature.LongestKey} characters.");
        });
        var command = new StoreCommand("set", "Add a feature, or change the one of that key", run =>
        {
            var kind = TypeOf(run.Value(type)!);
            return SetAsync(run, run.Value(reference), new(run.Value(key), "", kind, Read(kind, run.Value(value)!)), run.Value(label));
        }) { reference, key, type, value, label };
        command.Validators.Add(result =>
        {
            if (result.GetResult(type)?.Tokens is [var name] && Types.Contains(name.Value)
                && result.GetResult(value)?.Tokens is [var text] && Read(TypeOf(name.Value), text.Value) is null)
            {
                result.AddError($"--default does not fit: {Values(TypeOf(name.Value))}.");
            }
        });
        return command;
    }

    private static async Task<Answer> SetAsync(CommandRun run, string reference, ProductFeature draft, string? label)
    {
        if (await ProductCommands.FindAsync(run, reference).ConfigureAwait(false) is not { } product)
            return ProductCommands.Unknown;
        var features = run.Service<ProductFeatures>();
        var former = await features.FindAsync(product.Id, draft.Key, run.Cancel).ConfigureAwait(false);
        var feature = draft with { Label = label ?? former?.Label ?? draft.Key };
        return await features.SetAsync(product.Id, feature, run.Cancel).ConfigureAwait(false)
            ? Answer.Of(Documents.Of(feature), $"Product {product.Id} has the feature {feature.Key}, {feature.TypeName}, by default \"{feature.Default!.Text}\".")
            : Answer.Failed($"The product has {ProductFeature.Most} features already; remove one first.");
    }

    private static StoreCommand List()
    {
        var reference = ProductCommands.Reference();
        return new StoreCommand("list", "Show the features of a product", async run =>
            await ProductCommands.FindAsync(run, run.Value(reference)).ConfigureAwait(false) is { } product
                ? Answer.List(
                    (await run.Service<ProductFeatures>().ListAsync(product.Id, run.Cancel).ConfigureAwait(false)).Select(Documents.Of),
                    "No features.", "key", "label", "type", "default")
                : ProductCommands.Unknown) { reference };
    }

    private static StoreCommand Remove()
    {
        var (reference, key) = (ProductCommands.Reference(), Key("KEY"));
        return new StoreCommand("remove", "Take a feature away from a product and all its licenses", async run =>
        {
            if (await ProductCommands.FindAsync(run, run.Value(reference)).ConfigureAwait(false) is not { } product)
                return ProductCommands.Unknown;
            return await run.Service<ProductFeatures>().RemoveAsync(product.Id, run.Value(key), run.Cancel).ConfigureAwait(false)
                ? Answer.Of(
                    new() { ["product_id"] = product.Id, ["key"] = run.Value(key), ["removed"] = true },
                    $"Product {product.Id} has the feature {run.Value(key)} no longer.")
                : Answer.Failed($"The product has no such feature; licensectl product feature list {product.Id} shows them.");
        }) { reference, key };
    }

    private static bool IsLine(string text, int shortest) =>
        text.Length >= shortest && text.Length <= ProductFeature.LongestKey && !text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');

    private static FeatureType TypeOf(string name) => Enum.Parse<FeatureType>(name, ignoreCase: true);
}
