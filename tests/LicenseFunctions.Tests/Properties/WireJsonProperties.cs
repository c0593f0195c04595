using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Properties;

/// <summary>The bytes that are signed, against a second writer that knows nothing but the rules of the contract.</summary>
public sealed class WireJsonProperties
{
    private static readonly Gen<JsonNode?> Any = Gen.Sized(size => Node(Math.Min(size / 20, 4)));

    [Theory]
    [InlineData(WireEscaping.Escaped)]
    [InlineData(WireEscaping.Plain)]
    public void Any_json_is_written_as_the_rules_say(WireEscaping escaping) => Checked.For(Any, node =>
    {
        var value = JsonSerializer.SerializeToElement(node);
        return Encoding.UTF8.GetString(new WireJson(escaping).Value(value).Written) == Reference(node, escaping);
    });

    [Theory]
    [InlineData(WireEscaping.Escaped)]
    [InlineData(WireEscaping.Plain)]
    public void What_is_written_reads_as_what_it_was(WireEscaping escaping) => Checked.For(Any, node =>
        JsonNode.DeepEquals(node, JsonNode.Parse(new WireJson(escaping).Value(JsonSerializer.SerializeToElement(node)).Written.ToArray())));

    [Fact]
    public void What_was_kept_escaped_is_written_plain_again() => Checked.For(Any, node =>
    {
        var kept = new WireJson(WireEscaping.Escaped).Value(JsonSerializer.SerializeToElement(node)).Written.ToArray();
        return Encoding.UTF8.GetString(new WireJson(WireEscaping.Plain).Again(kept).Written) == Reference(node, WireEscaping.Plain);
    });

    /// <summary>Clients of envelope mode encode an answer again; theirs is a third writer.</summary>
    [Fact]
    public void A_client_that_encodes_it_again_makes_the_same_bytes() => Checked.For(Checked.Text.Select(text => text.Replace("\u2028", "", StringComparison.Ordinal).Replace("\u2029", "", StringComparison.Ordinal)), text =>
        Encoding.UTF8.GetString(new WireJson(WireEscaping.Plain).Text(text).Written) == PhpJson.Encode(JsonSerializer.SerializeToElement(text)));

    private static Gen<JsonNode?> Node(int depth)
    {
        var text = Checked.Text.Select(each => (JsonNode?)JsonValue.Create(each));
        var scalar = Gen.OneOf(text, text, Gen.Choose(int.MinValue, int.MaxValue).Select(each => (JsonNode?)JsonValue.Create((long)each * each * 3)), Gen.Constant((JsonNode?)null),
            Gen.Elements(true, false).Select(each => (JsonNode?)JsonValue.Create(each)));
        return depth == 0 ? scalar : Gen.OneOf(
            scalar,
            Node(depth - 1).ArrayOf(3).Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Checked.Text.Zip(Node(depth - 1)).ArrayOf(3).Select(fields => (JsonNode?)new JsonObject(
                fields.DistinctBy(field => field.Item1).Select(field => KeyValuePair.Create(field.Item1, field.Item2?.DeepClone())))));
    }

    private static string Reference(JsonNode? node, WireEscaping escaping) => node switch
    {
        null => "null",
        JsonArray items => $"[{string.Join(',', items.Select(item => Reference(item, escaping)))}]",
        JsonObject fields => $"{{{string.Join(',', fields.Select(field => $"{Quoted(field.Key, escaping)}:{Reference(field.Value, escaping)}"))}}}",
        _ when node.GetValueKind() == JsonValueKind.String => Quoted(node.GetValue<string>(), escaping),
        _ => node.ToJsonString(),
    };

    private static string Quoted(string text, WireEscaping escaping)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '/' => escaping == WireEscaping.Escaped ? @"\/" : "/",
                '\b' => @"\b",
                '\f' => @"\f",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ when c < ' ' || (c > '\u007f' && escaping == WireEscaping.Escaped) => $@"\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
