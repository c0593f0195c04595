using System.CommandLine;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl license feature …</c>: the values that a license has of its own.</summary>
internal static class LicenseFeatureCommands
{
    public static Command All() => new("feature", "What a license has otherwise than its product") { Set(), Remove() };

    /// <summary>What a license has, by its own values and its product's defaults.</summary>
    public static async Task<JsonObject> ValuesAsync(CommandRun run, License license)
    {
        var values = new JsonObject();
        foreach (var feature in await run.Service<ProductFeatures>().ListAsync(license.ProductId, run.Cancel).ConfigureAwait(false))
            values[feature.Key] = Documents.Value(feature.ValueFor(license.Features));
        return values;
    }

    private static StoreCommand Set()
    {
        var (key, name) = (LicenseCommands.Key(), ProductFeatureCommands.Key("FEATURE"));
        var value = new Argument<string>("VALUE") { Description = "Of the feature's type; put -- before the key when this begins with a hyphen" };
        return new StoreCommand("set", "Give a license a value of its own", async run =>
        {
            var (license, feature) = await FindAsync(run, run.Value(key), run.Value(name)).ConfigureAwait(false);
            if (license is null)
                return LicenseCommands.Unknown;
            if (feature is null)
                return Answer.Failed($"The license's product has no such feature; licensectl product feature list {license.ProductId} shows them.");
            if (ProductFeatureCommands.Read(feature.Type, run.Value(value)) is not { } own)
                return Answer.Failed($"The value does not fit the feature: {ProductFeatureCommands.Values(feature.Type)}.");
            var work = await run.Service<Licenses>().ChangeAsync(
                LicenseCommands.Request(license.Key), (before, now) => before.WithFeature(feature.Key, own) with { UpdatedAt = now }).ConfigureAwait(false);
            return work.License is null ? LicenseCommands.Unknown
                : Answer.Of(
                    Document(license, feature.Key, own, isOwn: true),
                    $"License {license.Key} has {feature.Key} = \"{own.Text}\".");
        }) { key, name, value };
    }

    private static StoreCommand Remove()
    {
        var (key, name) = (LicenseCommands.Key(), ProductFeatureCommands.Key("FEATURE"));
        return new StoreCommand("remove", "Have the product's default hold for a license again", async run =>
        {
            var (license, feature) = await FindAsync(run, run.Value(key), run.Value(name)).ConfigureAwait(false);
            // What the product lost may stay behind on a license, and goes from there too.
            var work = license is null ? null : await run.Service<Licenses>().ChangeAsync(
                LicenseCommands.Request(license.Key),
                (before, now) => before.Features.ContainsKey(run.Value(name)) ? before.WithFeature(run.Value(name), null) with { UpdatedAt = now } : null)
                .ConfigureAwait(false);
            return license is null || work?.License is null ? LicenseCommands.Unknown
                : !work.IsChanged ? Answer.Failed("The license has no value of its own for this feature; licensectl license show tells what it has.")
                : Answer.Of(
                    Document(license, run.Value(name), feature?.Default, isOwn: false),
                    $"License {license.Key} has no {run.Value(name)} of its own any more.");
        }) { key, name };
    }

    private static async Task<(License? License, ProductFeature? Feature)> FindAsync(CommandRun run, string key, string feature)
    {
        var license = await run.Service<Licenses>().FindAsync(key, run.Cancel).ConfigureAwait(false);
        return license is null
            ? (null, null)
            : (license, await run.Service<ProductFeatures>().FindAsync(license.ProductId, feature, run.Cancel).ConfigureAwait(false));
    }

    private static JsonObject Document(License license, string feature, FeatureValue? value, bool isOwn) => new()
    {
        ["license_key"] = license.Key,
        ["feature"] = feature,
        ["value"] = Documents.Value(value),
        ["own"] = isOwn,
    };
}
