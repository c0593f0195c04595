using System.Text.Json;
using System.Text.Json.Serialization;

namespace LicenseFunctions.Licensing;

/// <summary>The values of features that a license has of its own, as they stand in its row: one JSON object of texts.</summary>
internal static class LicenseFeatures
{
    private static readonly Dictionary<string, string> None = [];

    public static IReadOnlyDictionary<string, string> Parse(string? json) =>
        json is null ? None : JsonSerializer.Deserialize(json, LicenseFeaturesJson.Default.DictionaryStringString) ?? None;

    /// <summary>Null where there are none, so that most rows do without.</summary>
    public static string? Write(SortedDictionary<string, string> features) =>
        features.Count == 0 ? null : JsonSerializer.Serialize(features, LicenseFeaturesJson.Default.SortedDictionaryStringString);
}

[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class LicenseFeaturesJson : JsonSerializerContext;
