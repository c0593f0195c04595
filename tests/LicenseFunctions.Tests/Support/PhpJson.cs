using System.Text;
using System.Text.Json;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// Encodes as a client of envelope mode does: <c>json_encode</c> with slashes and Unicode unescaped, which is also what
/// <c>JSON.stringify</c> makes. Written apart from ours on purpose, to check it.
/// </summary>
public static class PhpJson
{
    private static readonly Dictionary<char, string> Short = new()
    {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t",
    };

    /// <summary>The object again, compact and in order, without one of its fields.</summary>
    public static string Encode(JsonElement value, string without = "") => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().Where(f => f.Name != without).Select(f => $"{Text(f.Name)}:{Encode(f.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(each => Encode(each)))}]",
        JsonValueKind.String => Text(value.GetString()!),
        _ => value.GetRawText(),
    };

    private static string Text(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            // These two are escaped by json_encode alone, so no answer may hold them.
            Assert.False(c is '\u2028' or '\u2029');
            json.Append(Short.GetValueOrDefault(c) ?? (c < ' ' ? $"\\u{(int)c:x4}" : c.ToString()));
        }

        return json.Append('"').ToString();
    }
}
