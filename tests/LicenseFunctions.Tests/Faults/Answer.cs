using System.Globalization;
using System.Text.Json;
using LicenseFunctions.SignedApi;

namespace LicenseFunctions.Tests.Faults;

/// <summary>An answer, and its form: all of it that does not differ between two runs from the same start.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">The body.</param>
/// <param name="ComeBackIn">What a problem document of status 503 says; null where there is none.</param>
/// <param name="Form">Names and numbers as they are, codes and words of the contract too, other texts and ids by their kind.</param>
internal sealed record Answer(int Status, string Text, TimeSpan? ComeBackIn, string Form)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var status = (int)response.StatusCode;
        // What is told of the health of an instance has a document of its own.
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            || text.StartsWith("""{"status":"unavailable",""", StringComparison.Ordinal);
        return new(status, text, isProblem && status == 503 && response.Headers.RetryAfter?.Delta is { } delta && delta > TimeSpan.Zero ? delta : null, $"{status} {FormOf(text)}");
    }

    /// <summary>A problem document that says when to come back.</summary>
    public bool IsUnavailable => ComeBackIn is not null;

    /// <summary>The code of the signed API or the error of the domain API; empty where there is none.</summary>
    public string Code
    {
        get
        {
            if (!Text.StartsWith('{'))
                return "";
            using var document = JsonDocument.Parse(Text);
            var root = document.RootElement;
            return root.TryGetProperty("response", out var response) ? response.GetProperty("code").ToString()
                : root.TryGetProperty("error", out var error) ? error.ToString() : "";
        }
    }

    /// <summary>False for a refusal of either API.</summary>
    public bool IsSuccess => Status is 200 or 206 && (int.TryParse(Code, out var code) ? ResultCodes.Successes.Contains(code) : Code == "")
        || Code == $"{ResultCodes.ActivationLimitReached.Code}";

    private static string FormOf(string text)
    {
        if (!text.StartsWith('{'))
            return text.Length.ToString(CultureInfo.InvariantCulture);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.TryGetProperty("response", out var response)
            ? $"{FormOf("", response)} {document.RootElement.GetProperty("private_key_used")}"
            : FormOf("", document.RootElement);
    }

    private static string FormOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().Select(each => $"{each.Name}:{FormOf(each.Name, each.Value)}"))}}}",
        // A list of random texts has no order of its own.
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(each => FormOf("", each)).Order(StringComparer.Ordinal))}]",
        JsonValueKind.String => name is "code" or "message" or "error" or "status" ? value.GetString()! : "text",
        _ => name is "timestamp" or "id" || name.EndsWith("_id", StringComparison.Ordinal) ? "number" : value.GetRawText(),
    };
}
