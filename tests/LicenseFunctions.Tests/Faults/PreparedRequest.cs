using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Faults;

/// <summary>A request that succeeds on the store it was prepared in, and may be sent again.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">With <c>API_KEY</c> where the host's API key belongs.</param>
/// <param name="Fields">Go into the query or the form.</param>
internal sealed record PreparedRequest(string Method, string Path, params (string Name, string Value)[] Fields)
{
    /// <summary>True to name itself by an <c>Idempotency-Key</c>.</summary>
    public bool IsNamed { get; init; }

    /// <summary>What is sent beforehand, so that the instance remembers rows.</summary>
    public IReadOnlyList<PreparedRequest> Before { get; init; } = [];

    /// <summary>The codes that tell the truth too, once a first attempt has done its work unheard.</summary>
    public IReadOnlyList<string> Afterwards { get; init; } = [];

    public static PreparedRequest Get(string path, params (string Name, string Value)[] fields) => new("GET", path, fields);

    public static PreparedRequest Post(string path, params (string Name, string Value)[] fields) => new("POST", path, fields);

    /// <summary>A call of the signed API that names itself.</summary>
    public static PreparedRequest Once(string endpoint, params (string Name, string Value)[] fields) =>
        Post($"/api/v1/{endpoint}", fields) with { IsNamed = true };

    public async Task<Answer> SendAsync(ApiHost host, string name)
    {
        using var request = new HttpRequestMessage(new(Method), Address(host));
        if (Method == "POST")
            request.Content = new FormUrlEncodedContent(Fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        if (Path.Contains("v1/", StringComparison.Ordinal))
            request.Headers.Authorization = new("Bearer", host.ApiKey);
        if (IsNamed)
            request.Headers.Add("Idempotency-Key", name);
        using var response = await host.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private string Address(ApiHost host)
    {
        var path = Path.Replace("API_KEY", host.ApiKey, StringComparison.Ordinal);
        return Method == "POST" || Fields.Length == 0
            ? path
            : $"{path}?{string.Join('&', Fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"))}";
    }
}
