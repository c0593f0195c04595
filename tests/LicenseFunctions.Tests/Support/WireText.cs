using System.Text;
using System.Text.Json;
using LicenseFunctions.SignedApi;

namespace LicenseFunctions.Tests.Support;

/// <summary>Writes any JSON through the writer of the wire.</summary>
public static class WireText
{
    public static string Of(JsonElement value, WireEscaping escaping)
    {
        var json = new WireJson(escaping);
        Write(json, value);
        return Encoding.UTF8.GetString(json.Written);
    }

    private static void Write(WireJson json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.Open('{');
                foreach (var field in value.EnumerateObject())
                    Write(json.Name(field.Name), field.Value);
                json.Close('}');
                break;
            case JsonValueKind.Array:
                json.Open('[');
                foreach (var item in value.EnumerateArray())
                    Write(json, item);
                json.Close(']');
                break;
            case JsonValueKind.String: json.Text(value.GetString()); break;
            case JsonValueKind.Number: json.Number(value.GetInt64()); break;
            case JsonValueKind.True: json.True(); break;
            case JsonValueKind.False: json.False(); break;
            case JsonValueKind.Null: json.Null(); break;
            case JsonValueKind.Undefined: throw new ArgumentException("There is no value.", nameof(value));
        }
    }
}
