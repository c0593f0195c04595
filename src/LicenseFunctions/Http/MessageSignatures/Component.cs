namespace LicenseFunctions.Http.MessageSignatures;

/// <summary>A part of a message that a signature covers (RFC 9421, section 2).</summary>
/// <param name="Name">A field in lower case, or a derived one such as <c>@status</c>.</param>
/// <param name="OfRequest">True for a part of the request that is answered.</param>
public sealed record Component(string Name, bool OfRequest)
{
    /// <summary>As the signature names it: <c>"@path";req</c>.</summary>
    public override string ToString() => StructuredField.Quote(Name) + (OfRequest ? ";req" : "");

    /// <summary>The text that is signed: a line for each part, and the parameters of the signature.</summary>
    /// <param name="parts">The parts, each with its value.</param>
    /// <param name="parameters">As <c>Signature-Input</c> has them.</param>
    public static string SignatureBase(IEnumerable<(Component Component, string Value)> parts, string parameters) =>
        string.Concat(parts.Select(part => $"{part.Component}: {part.Value}\n")) + $"\"@signature-params\": {parameters}";
}
