using System.Text.Json;
using System.Text.RegularExpressions;

namespace LicenseFunctions.Tests.Contract;

/// <summary>
/// Compares an answer with a documented one by its form: the same fields in the same order with values of the same types.
/// Code, message and what is said about errors are the same to the letter; times have the documented format.
/// </summary>
internal static partial class DocumentedForm
{
    private static readonly string[] Letters = ["code", "message", "private_key_used"];

    /// <summary>Where the answer deviates; nothing when it does not.</summary>
    public static IEnumerable<string> Deviations(JsonElement documented, JsonElement answered, string at = "response", bool isToTheLetter = false)
    {
        if (documented.ValueKind == JsonValueKind.Null)
            return answered.ValueKind is JsonValueKind.Null or JsonValueKind.String or JsonValueKind.Number ? [] : [$"{at} is {answered.ValueKind}"];
        if (documented.ValueKind != answered.ValueKind)
            return [$"{at} is {answered.ValueKind}, documented {documented.ValueKind}"];
        return documented.ValueKind switch
        {
            JsonValueKind.Object => OfObject(documented, answered, at, isToTheLetter),
            JsonValueKind.Array => OfArray(documented, answered, at, isToTheLetter),
            JsonValueKind.String when isToTheLetter || Time().IsMatch(documented.GetString()!) =>
                OfText(documented.GetString()!, answered.GetString()!, at, isToTheLetter),
            JsonValueKind.Number when isToTheLetter && documented.GetRawText() != answered.GetRawText() => [$"{at} is {answered}, documented {documented}"],
            _ => [],
        };
    }

    private static IEnumerable<string> OfObject(JsonElement documented, JsonElement answered, string at, bool isToTheLetter)
    {
        var (expected, actual) = (Names(documented), Names(answered));
        if (!expected.SequenceEqual(actual))
            return [$"{at} has the fields {string.Join(',', actual)}, documented {string.Join(',', expected)}"];
        return documented.EnumerateObject().SelectMany(field => Deviations(
            field.Value, answered.GetProperty(field.Name), $"{at}.{field.Name}",
            isToTheLetter || field.Name == "errors" || (at == "response" && Letters.Contains(field.Name))));
    }

    /// <summary>By the first element; an empty list is documented where a list has nothing to show, and says nothing of its elements.</summary>
    private static IEnumerable<string> OfArray(JsonElement documented, JsonElement answered, string at, bool isToTheLetter) =>
        documented.GetArrayLength() == 0 ? isToTheLetter && answered.GetArrayLength() > 0 ? [$"{at} is not empty"] : []
        : answered.GetArrayLength() == 0 ? [$"{at} is empty"]
        : Deviations(documented[0], answered[0], $"{at}[0]", isToTheLetter);

    private static IEnumerable<string> OfText(string documented, string answered, string at, bool isToTheLetter)
    {
        var isSame = isToTheLetter ? documented == answered : Digit().Replace(documented, "0") == Digit().Replace(answered, "0");
        return isSame ? [] : [$"{at} is '{answered}', documented '{documented}'"];
    }

    private static string[] Names(JsonElement value) => [.. value.EnumerateObject().Select(field => field.Name)];

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[ T]")]
    private static partial Regex Time();

    [GeneratedRegex("[0-9]")]
    private static partial Regex Digit();
}
