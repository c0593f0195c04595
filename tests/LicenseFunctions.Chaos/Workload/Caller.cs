using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using LicenseFunctions.Chaos.Cluster;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>An answer that was heard. Whatever else comes back leaves it unknown whether anything was done.</summary>
internal sealed record Reply(int Status, string Code, JsonElement Body, byte[] Bytes)
{
    public JsonElement Response => Body.GetProperty("response");

    public bool IsLimited => Status == 429;
}

/// <summary>Sends the requests of one client, each to any process.</summary>
internal sealed class Caller(Servers servers, Ledger ledger, string apiKey, Random random)
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    /// <summary>Posts to the signed API. Null when the answer was not heard, or was that it could not be done now.</summary>
    public Task<Reply?> PostAsync(string path, Dictionary<string, object> fields, string? idempotencyKey = null) =>
        SendAsync(path, () =>
        {
            var request = Post(path, fields);
            if (idempotencyKey is not null)
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            return request;
        });

    public Task<Reply?> GetAsync(string path) => SendAsync(path.Split('?')[0], () => new(HttpMethod.Get, path));

    public Task<Reply?> PostDomainAsync(string path, Dictionary<string, object> fields) => SendAsync(path, () => Post(path, fields));

    private static HttpRequestMessage Post(string path, Dictionary<string, object> fields) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(fields) };

    private async Task<Reply?> SendAsync(string path, Func<HttpRequestMessage> make)
    {
        var host = await servers.PickAsync(random, CancellationToken.None);
        var since = Stopwatch.GetTimestamp();
        try
        {
            using var request = make();
            request.Headers.Authorization = new("Bearer", apiKey);
            using var answer = await host.Http.SendAsync(request);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            ledger.Waited(path, Stopwatch.GetElapsedTime(since));
            if ((int)answer.StatusCode == 503)
            {
                ledger.Count("503");
                return await UnknownAsync();
            }

            if ((int)answer.StatusCode is >= 500 or 400 or 422 && !IsBusiness(bytes))
            {
                ledger.Violate($"{path} answered {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(bytes)[..Math.Min(300, bytes.Length)]}");
                return await UnknownAsync();
            }

            ledger.Count("answered");
            if ((int)answer.StatusCode == 429)
                await Task.Delay(Settle);
            return Read((int)answer.StatusCode, bytes);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            if (e is OperationCanceledException)
                ledger.Waited(path, Stopwatch.GetElapsedTime(since));
            ledger.Count("unheard");
            return await UnknownAsync();
        }
    }

    /// <summary>What the killed process had sent to the store may arrive there a moment later.</summary>
    private static async Task<Reply?> UnknownAsync()
    {
        await Task.Delay(Settle);
        return null;
    }

    private static bool IsBusiness(byte[] bytes) => bytes.AsSpan().StartsWith("{\"success\":false"u8);

    private Reply Read(int status, byte[] bytes)
    {
        var body = bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement;
        var code = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("response", out var response) ? response.GetProperty("code").ToString()
            : body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var error) ? error.GetString()! : "";
        if (status == 429)
            ledger.Count("429");
        return new(status, code, body, bytes);
    }
}
