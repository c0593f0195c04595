using System.Globalization;

namespace LicenseFunctions.Http.MessageSignatures;

/// <summary>One signature that <c>Accept-Signature</c> asks for (RFC 9421, section 5).</summary>
/// <param name="Label">What the signature is to be called.</param>
/// <param name="Components">What it is to cover, exactly.</param>
/// <param name="Nonce">The caller's nonce.</param>
/// <param name="Tag">The caller's tag.</param>
/// <param name="KeyId">The key that the caller wants; null for any.</param>
/// <param name="Expires">Whether it is to say when it expires.</param>
public sealed record SignatureRequest(
    string Label, IReadOnlyList<Component> Components, string? Nonce, string? Tag, string? KeyId, bool Expires)
{
    public const string Header = "Accept-Signature";
    public const string Algorithm = "rsa-v1_5-sha256";

    private const int LongestHeader = 2048;
    private const int LongestText = 256;
    private const int LifetimeSeconds = 300;

    /// <summary>Reads what a request asks for: every signature with what keeps it from being made, or null when nothing does.</summary>
    public static IReadOnlyList<(SignatureRequest? Request, string? Flaw)> Read(HttpRequest request)
    {
        var text = string.Join(", ", request.Headers[Header].AsEnumerable());
        return text.Length <= LongestHeader && StructuredField.TryParseDictionary(text) is { Count: > 0 } members
            ? [.. members.Select(Read)]
            : [(null, $"{Header} is not a dictionary of lists of components.")];
    }

    /// <summary>The parameters of the signature, as <c>Signature-Input</c> has them.</summary>
    public string Parameters(string keyId, long created)
    {
        var parameters = string.Create(CultureInfo.InvariantCulture, $"({string.Join(' ', Components)});created={created}");
        if (Expires)
            parameters += string.Create(CultureInfo.InvariantCulture, $";expires={created + LifetimeSeconds}");
        parameters += $";keyid={StructuredField.Quote(keyId)};alg={StructuredField.Quote(Algorithm)}";
        if (Nonce is not null)
            parameters += $";nonce={StructuredField.Quote(Nonce)}";
        return Tag is null ? parameters : $"{parameters};tag={StructuredField.Quote(Tag)}";
    }

    private static (SignatureRequest?, string?) Read(Member member)
    {
        if (member.Items is not { } items)
            return (null, $"{Header}: {member.Key} is not a list of components.");
        var components = new List<Component>(items.Count);
        foreach (var item in items)
        {
            if (item.Value is not string name || name.Any(char.IsAsciiLetterUpper) || !item.Parameters.All(each => each is { Name: "req", Value: true }))
                return (null, $"{Header}: {member.Key} lists a component that cannot be covered; of parameters only req is known.");
            components.Add(new(name, item.Parameters.Count > 0));
        }

        if (components.Distinct().Count() < components.Count)
            return (null, $"{Header}: {member.Key} lists a component twice.");
        return member.Parameters.FirstOrDefault(each => !IsKnown(each)) is { } unknown
            ? (null, $"{Header}: {member.Key} asks for {unknown.Name} in a way that cannot be done; the algorithm is {Algorithm}.")
            : (new(member.Key, components, Text("nonce"), Text("tag"), Text("keyid"), member.Parameters.Any(each => each.Name == "expires")), null);

        string? Text(string name) => member.Parameters.FirstOrDefault(each => each.Name == name)?.Value as string;
    }

    private static bool IsKnown(Parameter parameter) => parameter switch
    {
        { Name: "created" or "expires", Value: true } => true,
        { Name: "alg", Value: Algorithm } => true,
        { Name: "nonce" or "tag" or "keyid", Value: string { Length: > 0 and <= LongestText } } => true,
        _ => false,
    };
}
