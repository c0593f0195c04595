using System.Globalization;
using System.Text.Json;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>The fields of a signed call, under any of their names (<see cref="FieldNames"/>).</summary>
public sealed class SignedFields(RequestFields fields)
{
    /// <summary>The longest license key or identifier, in characters.</summary>
    public const int LongestKey = License.LongestKey;

    public byte[] PayloadHash => fields.PayloadHash;

    public bool Has(string[] names) => Array.Exists(names, fields.Has);

    /// <summary>True when the field was sent with something in it: forms send what was left open as blank.</summary>
    public bool IsSent(string[] names) => Text(names) is not null || IsStructured(names);

    public string? Text(string[] names)
    {
        foreach (var name in names)
        {
            if (fields.Text(name) is { } text)
                return text;
        }

        return null;
    }

    /// <summary>The text as it is stored and answered.</summary>
    public string? StoredText(string[] names) => RequestFields.WithoutSeparators(Text(names));

    /// <summary>What is wrong with a text that may be left out: it is no text, or too long. Null when nothing is.</summary>
    public string? FlawOfText(string[] names, int longest)
    {
        foreach (var name in names)
        {
            if (fields.IsStructured(name))
                return $"The field {name} is not a text.";
            if (fields.Text(name)?.Length > longest)
                return $"The field {name} is longer than {longest} characters.";
        }

        return null;
    }

    /// <summary>True when the field was sent as a list or an object.</summary>
    public bool IsStructured(string[] names) => Array.Exists(names, fields.IsStructured);

    /// <summary>The value as a whole number of 0 or more; null when it is none.</summary>
    public long? Number(string[] names) =>
        long.TryParse(Text(names), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The value as a truth value: 1, true, 0 or false; null when it is none.</summary>
    public bool? Flag(string[] names) => Text(names)?.ToLowerInvariant() switch
    {
        "1" or "true" or "yes" or "on" => true,
        "0" or "false" or "no" or "off" => false,
        _ => null,
    };

    /// <summary>A list of texts, sent as a list or as the JSON text of one; null when it is neither.</summary>
    public IReadOnlyList<string>? TextList(string[] names) => Structure(names) is { } list ? TextList(list) : null;

    /// <summary>A list of objects, sent as a list or as the JSON text of one, each with fields as a call has; null when it is neither.</summary>
    public IReadOnlyList<SignedFields>? Objects(string[] names)
    {
        if (Structure(names) is not { ValueKind: JsonValueKind.Array } list || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
            return null;
        try
        {
            return [.. list.EnumerateArray().Select(item => new SignedFields(RequestFields.From(item)))];
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JsonElement? Structure(string[] names)
    {
        foreach (var name in names)
        {
            if (fields.Json(name) is { } element)
                return element;
            if (fields.Text(name) is { } json)
                return TryParse(json);
        }

        return null;
    }

    private static JsonElement? TryParse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<string>? TextList(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
            return null;
        var list = new List<string>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind is not (JsonValueKind.String or JsonValueKind.Number) || Scalar(item) is not { } text)
                return null;
            list.Add(text.Trim());
        }

        return list;
    }

    private static string? Scalar(JsonElement item)
    {
        try
        {
            return item.ValueKind == JsonValueKind.String ? item.GetString() : item.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
