namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>The type of a parameter or output: one of the plain ones, or an array of them.</summary>
internal sealed record BicepType(BicepKind Kind, BicepType? Item = null, bool IsNullable = false)
{
    public static BicepType Any { get; } = new(BicepKind.Any);

    public static BicepType Read(SyntaxNode node) => node.Type switch
    {
        "type" => Read(node.Children[0]),
        "nullable_type" => Read(node.Children[0]) with { IsNullable = true },
        "array_type" => new(BicepKind.Array, Read(node.Children[0])),
        _ => node.Text switch
        {
            "string" => new(BicepKind.String),
            "int" => new(BicepKind.Int),
            "bool" => new(BicepKind.Bool),
            "object" => new(BicepKind.Object),
            "array" => new(BicepKind.Array),
            "any" => Any,
            _ => new(BicepKind.NotUnderstood),
        },
    };

    public bool Takes(BicepKind kind) =>
        Kind == BicepKind.Any || kind == BicepKind.Any || kind == Kind || (IsNullable && kind == BicepKind.Null);

    public override string ToString() =>
        (Item is { } item ? $"{item}[]" : BicepValue.Shown(Kind)) + (IsNullable ? "?" : "");
}

internal enum BicepKind
{
    Any,
    String,
    Int,
    Bool,
    Null,
    Object,
    Array,

    /// <summary>A resource or module, or a part of one that is not at hand before the deployment.</summary>
    Reference,
    NotUnderstood,
}

/// <summary>One of the values that an expression may have, as far as that can be said without deploying.</summary>
/// <param name="Text">Of a literal: its text. Of a reference: its path.</param>
/// <param name="Node">Of an object or array that is written out: where.</param>
/// <param name="Locals">What the names of loops stand for inside <paramref name="Node"/>.</param>
/// <param name="Item">Of an array that is not written out: what it holds.</param>
internal sealed record BicepValue(
    BicepKind Kind, string? Text = null, SyntaxNode? Node = null, BicepLocals? Locals = null, BicepType? Item = null)
{
    public static IReadOnlyList<BicepValue> Unknown { get; } = [new(BicepKind.Any)];

    public static string Shown(BicepKind kind) => kind.ToString().ToLowerInvariant();

    public static BicepValue Of(BicepType type) => new(type.Kind, Item: type.Item);
}

/// <summary>The names that loops and lambdas introduce, with the values that each may have.</summary>
internal sealed record BicepLocals(IReadOnlyDictionary<string, IReadOnlyList<BicepValue>> Values)
{
    public static BicepLocals None { get; } = new(new Dictionary<string, IReadOnlyList<BicepValue>>(StringComparer.Ordinal));

    public BicepLocals With(string name, IReadOnlyList<BicepValue> values) =>
        new(new Dictionary<string, IReadOnlyList<BicepValue>>(Values, StringComparer.Ordinal) { [name] = values });
}
