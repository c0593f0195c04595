using System.Text.Json;

namespace LicenseFunctions.Tests.Support;

/// <summary>What a client of envelope mode verifies: the envelope without its signature, encoded again.</summary>
public static class EnvelopeText
{
    public static string WithoutSignature(string envelope)
    {
        using var document = JsonDocument.Parse(envelope);
        return PhpJson.Encode(document.RootElement, without: "signature");
    }
}
