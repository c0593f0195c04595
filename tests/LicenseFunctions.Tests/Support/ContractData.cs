using System.Text.Json;

namespace LicenseFunctions.Tests.Support;

/// <summary>The published contract, as data.</summary>
public static class ContractData
{
    public static JsonElement SignedApi { get; } = Read("signed-api.json");

    public static JsonElement SignedCodes { get; } = Read("signed-codes.json");

    public static JsonElement SignedVectors { get; } = Read("signed-vectors.json");

    /// <summary>What two published clients of the signed API send, in order.</summary>
    public static JsonElement ClientRequests { get; } = Read("client-requests.json");

    private static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "contract", name)));
        return document.RootElement.Clone();
    }
}
