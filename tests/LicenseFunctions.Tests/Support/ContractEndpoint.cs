using System.Text.Json;
using LicenseFunctions.Tests.Contract;

namespace LicenseFunctions.Tests.Support;

/// <summary>An endpoint as the contract lists it, found by its capability: its path below /api/v1/ without what varies in it.</summary>
public sealed record ContractEndpoint(HttpMethod Method, string Template)
{
    private const string Base = "/api/v1/";

    /// <summary>The path with a value for each part that varies.</summary>
    public string Path => string.Join('/', Template.Split('/').Select(segment => segment.StartsWith('{') ? "x" : segment));

    public static ContractEndpoint Of(string capability) =>
        ContractData.SignedApi.GetProperty("also_called_by_existing_clients").EnumerateArray()
            .Concat(ContractData.SignedApi.GetProperty("endpoints").EnumerateArray())
            .Select(Read)
            .First(endpoint => CapabilityOf(endpoint.Template) == capability);

    private static ContractEndpoint Read(JsonElement endpoint) =>
        new(HttpMethod.Parse(endpoint.GetProperty("method").GetString()!), endpoint.GetProperty("path").GetString()!);

    private static string CapabilityOf(string template) =>
        string.Join('/', template[Base.Length..].Split('/').Where(segment => !segment.StartsWith('{')));
}
