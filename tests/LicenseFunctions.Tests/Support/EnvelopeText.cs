using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LicenseFunctions.Tests.Support;

/// <summary>What a client of envelope mode verifies: the envelope without its signature, encoded again.</summary>
public static class EnvelopeText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string WithoutSignature(string envelope)
    {
        var node = JsonNode.Parse(envelope)!.AsObject();
        node.Remove("signature");
        return node.ToJsonString(Plain);
    }
}
