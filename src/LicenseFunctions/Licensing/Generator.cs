using System.Numerics;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>How a generator makes a key; prefix and suffix stand around it.</summary>
public enum GeneratorMethod
{
    /// <summary>A random UUID (version 4).</summary>
    Uuid,

    /// <summary>Chunks of random characters of the charset, joined by hyphens.</summary>
    ChunkSystem,

    /// <summary>
    /// The vendor's pattern: prefix and suffix, in which each <c>*</c> is a random character of the charset. Where neither
    /// holds one, a UUID stands between them: <c>CUSTOM-</c> makes <c>CUSTOM-91536fe6-aabf-4ac1-8a60-627830c718b0</c>.
    /// </summary>
    Custom,
}

/// <summary>A generator of license keys as its row has it. Instants are Unix milliseconds.</summary>
public sealed record Generator
{
    public const int Schema = 1;

    /// <summary>Stands for a random character in the pattern of a custom generator.</summary>
    public const char Wildcard = '*';

    private const int MostChunks = 32;
    private const int MostAffix = 255;
    private const int MostCharset = 256;

    public long Id { get; init; }

    public string Uuid { get; init; } = "";

    public required long ProductId { get; init; }

    public required GeneratorMethod Method { get; init; }

    public string Prefix { get; init; } = "";

    public string Suffix { get; init; } = "";

    public string Charset { get; init; } = "0123456789ABCDEF";

    public int Chunks { get; init; } = 4;

    public int ChunkLength { get; init; } = 4;

    /// <summary>Of the licenses made; 0 is unlimited.</summary>
    public long ActivationLimit { get; init; } = 1;

    /// <summary>Of the licenses made, in days from the assignment; 0 is perpetual.</summary>
    public long ValidityDays { get; init; }

    public bool IsActive { get; init; } = true;

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    /// <summary>What stands in the way of using it, in words for the vendor; null when nothing does.</summary>
    public string? Flaw =>
        Prefix.Length > MostAffix || Suffix.Length > MostAffix ? $"Prefix and suffix have at most {MostAffix} characters each."
        : !IsClean(Prefix) || !IsClean(Suffix) || !IsClean(Charset) ? "Prefix, suffix and charset hold printable characters without spaces."
        : Charset.Length > MostCharset || Charset.Distinct().Count() is 0 or 1 ? $"The charset has 2 to {MostCharset} different characters."
        : Chunks is < 1 or > MostChunks || ChunkLength is < 1 or > MostChunks ? $"There are 1 to {MostChunks} chunks of 1 to {MostChunks} characters."
        : KeyLength > License.LongestKey ? $"Its keys would have {KeyLength} characters, more than the {License.LongestKey} that a client can send; make them shorter."
        : ActivationLimit is < 0 or > int.MaxValue || ValidityDays is < 0 or > 1_000_000 ? "Activation limit and validity are 0 or more."
        : null;

    /// <summary>How many different keys it can make.</summary>
    public BigInteger Keys => RandomCharacters is { } count
        ? BigInteger.Pow(Charset.Distinct().Count(), count)
        : BigInteger.One << 122;

    /// <summary>The characters of each key that it makes.</summary>
    public int KeyLength => Prefix.Length + Suffix.Length + Method switch
    {
        GeneratorMethod.ChunkSystem => (Chunks * ChunkLength) + Chunks - 1,
        GeneratorMethod.Custom when RandomCharacters is not null => 0,
        GeneratorMethod.Custom or GeneratorMethod.Uuid => 36,
    };

    /// <summary>The characters of a key that are drawn from the charset; null when it holds a UUID instead.</summary>
    private int? RandomCharacters => Method switch
    {
        GeneratorMethod.Uuid => null,
        GeneratorMethod.ChunkSystem => Chunks * ChunkLength,
        GeneratorMethod.Custom => Prefix.Count(c => c == Wildcard) + Suffix.Count(c => c == Wildcard) is var count and > 0 ? count : null,
    };

    /// <summary>A license as this generator makes it, without its key.</summary>
    public License Draft(long productId) =>
        new() { Key = "", Id = 0, ProductId = productId, ActivationLimit = ActivationLimit, ValidityDays = ValidityDays };

    public static Generator From(RowValues values) => new()
    {
        Id = values.GetNumber("id"),
        Uuid = values.GetText("uuid") ?? "",
        ProductId = values.GetNumber("product_id"),
        Method = GeneratorMethods.Parse(values.GetText("method")) ?? GeneratorMethod.Uuid,
        Prefix = values.GetText("prefix") ?? "",
        Suffix = values.GetText("suffix") ?? "",
        Charset = values.GetText("charset") ?? "",
        Chunks = (int)values.GetNumber("number_of_chunks"),
        ChunkLength = (int)values.GetNumber("chunk_length"),
        ActivationLimit = values.GetNumber("activation_limit"),
        ValidityDays = values.GetNumber("validity"),
        IsActive = values.GetBoolean("active"),
        CreatedAt = values.GetNumber("created_at"),
        UpdatedAt = values.GetNumber("updated_at"),
    };

    public RowValues ToValues() => new(16)
    {
        ["schema"] = Schema,
        ["id"] = Id,
        ["uuid"] = Uuid,
        ["product_id"] = ProductId,
        ["method"] = Method.ToWire(),
        ["prefix"] = Prefix,
        ["suffix"] = Suffix,
        ["charset"] = Charset,
        ["number_of_chunks"] = Chunks,
        ["chunk_length"] = ChunkLength,
        ["activation_limit"] = ActivationLimit,
        ["validity"] = ValidityDays,
        ["active"] = IsActive,
        ["created_at"] = CreatedAt,
        ["updated_at"] = UpdatedAt,
    };

    /// <summary>Half of a surrogate pair cannot be drawn alone; white space and U+2028 would not come back as they went.</summary>
    private static bool IsClean(string text) =>
        text.All(c => !char.IsControl(c) && !char.IsWhiteSpace(c) && !char.IsSurrogate(c));
}

/// <summary>The names of methods, as rows, wire and command line have them.</summary>
public static class GeneratorMethods
{
    public static string ToWire(this GeneratorMethod method) => method switch
    {
        GeneratorMethod.Uuid => "uuid",
        GeneratorMethod.ChunkSystem => "chunk-system",
        GeneratorMethod.Custom => "custom",
    };

    public static GeneratorMethod? Parse(string? name) => name switch
    {
        "uuid" => GeneratorMethod.Uuid,
        "chunk-system" => GeneratorMethod.ChunkSystem,
        "custom" => GeneratorMethod.Custom,
        _ => null,
    };
}
