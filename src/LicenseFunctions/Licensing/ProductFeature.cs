using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What a feature's value is.</summary>
public enum FeatureType
{
    Boolean,

    /// <summary>A whole number; an answer holds no other.</summary>
    Number,

    Text,
}

/// <summary>A feature that a product has and its licenses may have in their own way.</summary>
/// <param name="Key">Unique for the product.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Type">What its value is.</param>
/// <param name="Default">The value of a license that has none of its own; null for none.</param>
public sealed record ProductFeature(string Key, string Label, FeatureType Type, FeatureValue? Default)
{
    public const int Schema = 1;

    /// <summary>How many a product has at most.</summary>
    public const int Most = 100;

    public const int LongestKey = 255;

    /// <summary>The value that a license has: its own where that is of the feature's type, else the default.</summary>
    /// <param name="own">See <see cref="License.Features"/>.</param>
    public FeatureValue? ValueFor(IReadOnlyDictionary<string, string> own) =>
        own.GetValueOrDefault(Key) is { } text && FeatureValue.Read(Type, text) is { } value ? value : Default;

    public static ProductFeature From(RowValues values)
    {
        var type = Enum.Parse<FeatureType>(values.GetText("type") ?? "", ignoreCase: true);
        return new(
            values.GetText("key") ?? "", values.GetText("label") ?? "", type,
            values.GetText("default") is { } text ? FeatureValue.Read(type, text) : null);
    }

    public RowValues ToValues(long productId, long number) => new()
    {
        ["schema"] = Schema,
        ["product_id"] = productId,
        ["number"] = number,
        ["key"] = Key,
        ["label"] = Label,
        ["type"] = TypeName,
        ["default"] = Default?.Text,
    };

    /// <summary>The type as rows and wires have it.</summary>
    public string TypeName => Type switch
    {
        FeatureType.Boolean => "boolean",
        FeatureType.Number => "number",
        FeatureType.Text => "text",
    };
}

/// <summary>The value of a feature.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Text">As rows have it: <c>true</c> or <c>false</c>, digits, or the text itself.</param>
public sealed record FeatureValue(FeatureType Type, string Text)
{
    public const int LongestText = 1000;

    // What a double holds exactly: clients read numbers as such.
    private const long Largest = (1L << 53) - 1;

    public bool Truth => Text == "true";

    public long Number => long.Parse(Text, CultureInfo.InvariantCulture);

    /// <summary>Whether the license has the feature at all: true, a number other than 0, any text.</summary>
    public bool IsEnabled => Type switch
    {
        FeatureType.Boolean => Truth,
        FeatureType.Number => Number != 0,
        FeatureType.Text => Text.Length > 0,
    };

    /// <summary>Reads a value; null when the text is none of that type.</summary>
    public static FeatureValue? Read(FeatureType type, string text) => type switch
    {
        FeatureType.Boolean => text.ToLowerInvariant() switch
        {
            "true" or "1" => new(type, "true"),
            "false" or "0" => new(type, "false"),
            _ => null,
        },
        FeatureType.Number => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number is >= -Largest and <= Largest
            ? new(type, number.ToString(CultureInfo.InvariantCulture))
            : null,
        FeatureType.Text => text.Length <= LongestText ? new(type, text) : null,
    };
}
