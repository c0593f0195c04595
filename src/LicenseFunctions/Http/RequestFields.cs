using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LicenseFunctions.Http;

/// <summary>
/// The fields of a request, from its query and its body, whatever the body's type: texts as they were sent, numbers and
/// truth values as texts, lists and objects as JSON. A field sent twice has its last value.
/// </summary>
public sealed class RequestFields
{
    // Few fields, asked for under many names: a list searched from its start is quicker than a dictionary.
    private readonly List<KeyValuePair<string, object?>> _values = new(4);

    /// <summary>
    /// The SHA-256 of query and body as they were sent; of a multipart body, whose boundary is drawn anew whenever it is
    /// sent, that of its parts.
    /// </summary>
    public byte[] PayloadHash => SHA256.HashData([.. Encoding.UTF8.GetBytes(Query), (byte)(Parts is null ? 0 : 1), .. Parts ?? Body]);

    internal string Query { get; set; } = "";

    internal byte[] Body { get; set; } = [];

    /// <summary>What the parts of a multipart body are called and hold, in order, each after its length; null for other bodies.</summary>
    internal byte[]? Parts { get; set; }

    /// <summary>The fields of an object within a request, read as those of the request itself are.</summary>
    /// <exception cref="InvalidOperationException">A name or a text in it is not Unicode.</exception>
    public static RequestFields From(JsonElement json)
    {
        var fields = new RequestFields();
        foreach (var property in json.EnumerateObject())
            fields.Set(property.Name, property.Value);
        return fields;
    }

    /// <summary>True when the field was sent, be it empty.</summary>
    public bool Has(string name) => IndexOf(name) >= 0;

    /// <summary>The field as a text without white space around it; null when it was not sent, is empty or is no scalar.</summary>
    public string? Text(string name) =>
        Find(name) is string text && text.AsSpan().Trim() is { Length: > 0 } trimmed
            ? trimmed.Length == text.Length ? text : trimmed.ToString()
            : null;

    /// <summary>The field where it is a list or an object.</summary>
    public JsonElement? Json(string name) => Find(name) as JsonElement?;

    /// <summary>True when the field was sent as something that is not a scalar.</summary>
    public bool IsStructured(string name) => Find(name) is JsonElement;

    /// <summary>The text without U+2028 and U+2029, which clients write differently: for what is stored, compared and answered.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? WithoutSeparators(string? text) =>
        text?.Replace("\u2028", "", StringComparison.Ordinal).Replace("\u2029", "", StringComparison.Ordinal);

    internal void Set(string name, string? value) => Put(name, value);

    internal void Set(string name, JsonElement value) => Put(name, value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => value,
    });

    /// <summary>Adds to a list, for forms that send <c>name[]</c> several times.</summary>
    internal void Append(string name, string value)
    {
        var items = Json(name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => item.GetString() ?? ""), value]
            : new[] { value };
        Put(name, JsonSerializer.SerializeToElement(items, FieldsJson.Default.StringArray));
    }

    private object? Find(string name) => IndexOf(name) is var i and >= 0 ? _values[i].Value : null;

    private void Put(string name, object? value)
    {
        var i = IndexOf(name);
        if (i >= 0)
            _values[i] = new(name, value);
        else
            _values.Add(new(name, value));
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            if (string.Equals(_values[i].Key, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class FieldsJson : System.Text.Json.Serialization.JsonSerializerContext;
