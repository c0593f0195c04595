using System.Numerics;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing;
using LicenseFunctions.SignedApi;

namespace LicenseFunctions.Cli;

/// <summary>What stands beside a product.</summary>
internal static partial class Documents
{
    public static JsonObject Of(ProductFeature feature) => new()
    {
        ["key"] = feature.Key,
        ["label"] = feature.Label,
        ["type"] = feature.TypeName,
        ["default"] = Value(feature.Default),
    };

    /// <summary>A feature's value in the JSON type that is its own.</summary>
    public static JsonValue? Value(FeatureValue? value) => value is null ? null : value.Type switch
    {
        FeatureType.Boolean => JsonValue.Create(value.Truth),
        FeatureType.Number => JsonValue.Create(value.Number),
        FeatureType.Text => JsonValue.Create(value.Text),
    };

    public static JsonObject Of(Generator generator) => new()
    {
        ["id"] = generator.Id,
        ["uuid"] = generator.Uuid,
        ["product_id"] = generator.ProductId,
        ["method"] = generator.Method.ToWire(),
        ["prefix"] = generator.Prefix,
        ["suffix"] = generator.Suffix,
        ["charset"] = generator.Charset,
        ["chunks"] = generator.Chunks,
        ["chunk_length"] = generator.ChunkLength,
        ["activation_limit"] = generator.ActivationLimit,
        ["validity"] = generator.ValidityDays,
        ["active"] = generator.IsActive,
        // A call that asks for more is refused.
        ["most_keys_per_call"] = (int)BigInteger.Min(generator.Keys / KeyMaker.Margin, Quantities.Most),
        ["created_at"] = Instant(generator.CreatedAt),
    };

    public static JsonObject Of(Download download) => new()
    {
        ["id"] = download.Id,
        ["product_id"] = download.ProductId,
        ["version"] = download.Version,
        ["numeric_version"] = download.NumericVersion,
        ["published"] = download.IsPublished,
        ["release_date"] = Instant(download.ReleaseDate),
        ["file_name"] = download.FileName,
        ["size"] = download.Size,
        ["sha256"] = download.Sha256,
        ["update_summary"] = download.UpdateSummary,
        ["changelog"] = download.Changelog,
        ["download_counter"] = download.DownloadCounter,
    };
}
