using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>Says what is wrong with an answer, whatever the request was.</summary>
internal sealed class FuzzOracle(IReadOnlyList<SigningKey> keys)
{
    /// <summary>One in so many signatures is verified; what was signed is looked at in every answer.</summary>
    private const int VerifyOneIn = 40;

    private static readonly int[] Bodiless = [400, 404, 405, 408, 411, 413, 414, 417, 431, 200, 204, 206, 304, 416];

    private int _seen;

    /// <summary>Null when nothing is wrong.</summary>
    public string? Judge(RawAnswer answer, bool hasBody = true)
    {
        if (answer.Status >= 500)
            return $"status {answer.Status}";
        if (answer.Headers.Keys.Contains(Oddities.InjectedHeader, StringComparer.OrdinalIgnoreCase))
            return "a header of the answer was made by the request";
        if (answer.Body.Length == 0)
            return !hasBody || Bodiless.Contains(answer.Status) ? null : $"status {answer.Status} without a body";
        try
        {
            return answer.Header("Content-Type").Split(';')[0] switch
            {
                "application/json" => JudgeJson(answer),
                "application/problem+json" => JudgeProblem(answer),
                "application/jwk-set+json" => JsonDocument.Parse(answer.Body).RootElement.GetProperty("keys").GetArrayLength() > 0 ? null : "no keys",
                "application/octet-stream" => answer.Status is 200 or 206 ? null : $"a file with status {answer.Status}",
                var other => $"content type {other}",
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return $"does not parse: {e.Message}";
        }
    }

    /// <summary>True for an answer that says that nothing was done.</summary>
    public static bool IsRefusal(RawAnswer answer)
    {
        if (answer.Status >= 400)
            return true;
        if (answer.Header("Content-Type").Split(';')[0] != "application/json" || answer.Body.Length == 0)
            return false;
        using var body = JsonDocument.Parse(answer.Body);
        return body.RootElement.TryGetProperty("response", out var response)
            ? !LicenseFunctions.SignedApi.ResultCodes.Successes.Contains(int.Parse(response.GetProperty("code").ToString(), null))
            : body.RootElement.TryGetProperty("error", out _);
    }

    private string? JudgeJson(RawAnswer answer)
    {
        var body = JsonDocument.Parse(answer.Body).RootElement;
        if (!body.TryGetProperty("response", out var response))
            return body.TryGetProperty("success", out _) || body.TryGetProperty("valid", out _) || body.TryGetProperty("errors", out _) ? null : "JSON of neither API";
        var base64 = body.GetProperty("response_base64").GetString()!;
        if (Encoding.UTF8.GetString(Convert.FromBase64String(base64)) != response.GetRawText())
            return "response_base64 is not that of the response";
        if (response.EnumerateObject().Select(field => field.Name).ToArray() is not ["code", "message", .., "timestamp"])
            return "the fields stand in another order";
        return Interlocked.Increment(ref _seen) % VerifyOneIn != 0 || Verifies(answer, body, base64) ? null : "the signature does not verify";
    }

    private static string? JudgeProblem(RawAnswer answer) =>
        JsonDocument.Parse(answer.Body).RootElement.GetProperty("status").GetInt32() == answer.Status ? null : "a problem of another status";

    private bool Verifies(RawAnswer answer, JsonElement body, string base64)
    {
        using var rsa = keys.Single(key => key.KeyId == answer.Header("X-Signature-Key-Id")).ToRsa();
        return rsa.VerifyData(
            Encoding.ASCII.GetBytes(base64), Convert.FromBase64String(body.GetProperty("signature").GetString()!), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
