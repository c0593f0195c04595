using System.Diagnostics;
using System.Text.Json;

namespace LicenseFunctions.Tests.Support;

/// <summary>One request and its answer, as somebody on the outside saw them.</summary>
public sealed record Exchange(string Method, string Url, IReadOnlyDictionary<string, string> RequestHeaders, int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static async Task<Exchange> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        var sent = request.Headers.Concat(request.Content is null ? [] : request.Content.Headers.AsEnumerable())
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var answer = await http.SendAsync(request);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new(request.Method.Method, new Uri(http.BaseAddress!, request.RequestUri!).AbsoluteUri, sent, (int)answer.StatusCode, headers, await answer.Content.ReadAsStringAsync());
    }

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>Verifies HTTP message signatures with an implementation from npm, in a process of its own.</summary>
public static class MessageVerifier
{
    private const string Version = "1.0.6";

    /// <summary>"ok" for each exchange whose digest is right and whose signature fits, or what is wrong.</summary>
    /// <param name="keySet">The published key set, as JSON.</param>
    /// <param name="exchanges">What went to and fro.</param>
    public static async Task<string[]> VerifyAsync(string keySet, params Exchange[] exchanges)
    {
        var packages = await NpmPackages.InstallAsync(
            $"http-message-signatures-{Version}", "--ignore-scripts", $"http-message-signatures@{Version}", "structured-headers@2.1.0");
        var keys = JsonDocument.Parse(keySet).RootElement.GetProperty("keys");
        var input = JsonSerializer.Serialize(exchanges.Select(each => new
        {
            keys,
            request = new { method = each.Method, url = each.Url, headers = each.RequestHeaders },
            response = new { status = each.Status, headers = each.Headers, body = each.Body },
        }));
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "TestData", "verify-messages.mjs"), packages])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return JsonSerializer.Deserialize<string[]>(output)!;
    }
}

/// <summary>A test that needs node and npm: skipped with a reason where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = NodeProgram.WhyNot;
}
