namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>Which values the expressions of a file may have. What it meets that cannot be, it reports.</summary>
/// <param name="output">The type of an output of the module that is declared so, or null.</param>
internal sealed class BicepValues(BicepFile file, BicepProblems problems, Func<BicepDeclaration, string, BicepType?> output)
{
    public IReadOnlyList<BicepValue> Of(SyntaxNode node, BicepLocals locals) => node.Type switch
    {
        "string" => [new(BicepKind.String, node.Literal)],
        "number" => [new(BicepKind.Int, node.Text)],
        "boolean" => [new(BicepKind.Bool, node.Text)],
        "null" => [new(BicepKind.Null)],
        "object" => [new(BicepKind.Object, null, node, locals)],
        "array" or "for_statement" => [new(BicepKind.Array, null, node, locals)],
        "parenthesized_expression" => Of(node.Parts.Single(), locals),
        "ternary_expression" => [.. Of(node["consequence"]!, locals), .. Of(node["alternative"]!, locals)],
        "unary_expression" => [new(node["operator"]!.Text == "!" ? BicepKind.Bool : BicepKind.Int)],
        "binary_expression" when node["operator"]!.Text == "??" =>
            [.. Of(node["left"]!, locals).Where(value => value.Kind != BicepKind.Null), .. Of(node["right"]!, locals)],
        "binary_expression" => [new(node["operator"]!.Text is "+" or "-" or "*" or "/" or "%" ? BicepKind.Int : BicepKind.Bool)],
        "identifier" => Named(node, locals),
        "member_expression" => Member(node, locals),
        "call_expression" => Call(node, locals),
        _ => NotUnderstood(node),
    };

    /// <summary>Every value that an element of one of these arrays may have.</summary>
    public IReadOnlyList<BicepValue> Elements(IEnumerable<BicepValue> arrays) => [.. arrays.SelectMany(array => array switch
    {
        { Node: { Type: "array" } list } => list.Parts.SelectMany(element => Of(element, array.Locals!)),
        { Node: { Type: "for_statement" } loop } => Of(loop["body"]!, Inside(loop, array.Locals!)),
        { Item: { } item } => [BicepValue.Of(item)],
        _ => BicepValue.Unknown,
    })];

    /// <summary>The names in the body of a loop.</summary>
    public BicepLocals Inside(SyntaxNode loop, BicepLocals locals)
    {
        var list = loop.Children[Position(loop, "in") + 1];
        var elements = Elements(Of(list, locals));
        return loop["initializer"] is { } name
            ? locals.With(name.Text, elements)
            : loop.Children.First(child => child.Type == "for_loop_parameters").Parts.ToArray() is [var item, var index]
                ? locals.With(item.Text, elements).With(index.Text, [new(BicepKind.Int)])
                : locals;
    }

    private static int Position(SyntaxNode node, string token) =>
        node.Children.TakeWhile(child => child.Type != token).Count();

    private IReadOnlyList<BicepValue> Named(SyntaxNode node, BicepLocals locals)
    {
        if (locals.Values.TryGetValue(node.Text, out var values))
            return values;
        return file.Find(node.Text) switch
        {
            { Kind: BicepDeclarationKind.Variable, Value: { } value } => Of(value, BicepLocals.None),
            { Kind: BicepDeclarationKind.Parameter, Allowed: { Count: > 0 } allowed } => [.. allowed.SelectMany(each => Of(each, BicepLocals.None))],
            { Kind: BicepDeclarationKind.Parameter } parameter when parameter.Type.IsNullable => [BicepValue.Of(parameter.Type), new(BicepKind.Null)],
            { Kind: BicepDeclarationKind.Parameter } parameter => [BicepValue.Of(parameter.Type)],
            { Kind: BicepDeclarationKind.Resource or BicepDeclarationKind.Module } => [new(BicepKind.Reference, node.Text)],
            _ => BicepValue.Unknown, // An undefined name is reported with the names.
        };
    }

    private IReadOnlyList<BicepValue> Member(SyntaxNode node, BicepLocals locals)
    {
        var name = node["property"]!.Text;
        var mayLack = node.Children.Any(child => child.Type == ".?");
        return [.. Of(node["object"]!, locals).SelectMany(value => value.Kind switch
        {
            BicepKind.Object when value.Node?.Property(name) is { } property => Of(property, value.Locals!),
            BicepKind.Object when value.Node is not null && mayLack => [new(BicepKind.Null)],
            BicepKind.Object when value.Node is not null => Lacks(node, name),
            BicepKind.Reference => Read(node, value.Text + "." + name),
            BicepKind.Any or BicepKind.Object => BicepValue.Unknown,
            _ => Lacks(node, name),
        })];
    }

    private IReadOnlyList<BicepValue> Read(SyntaxNode node, string path)
    {
        var parts = path.Split('.', 2);
        var declared = file.Find(parts[0]);
        if (declared is { Kind: BicepDeclarationKind.Module })
        {
            if (parts[1] == "outputs")
                return [new(BicepKind.Reference, path)];
            return parts[1].Split('.') is ["outputs", var name] && output(declared, name) is { } type
                ? [BicepValue.Of(type)]
                : Lacks(node, parts[1]);
        }

        return BicepLanguage.Read(declared?.Target.Split('@')[0] ?? parts[0], parts[1]) is { } kind
            ? [new(kind, kind == BicepKind.Reference ? path : null)]
            : Lacks(node, parts[1]);
    }

    private IReadOnlyList<BicepValue> Call(SyntaxNode node, BicepLocals locals)
    {
        var name = node["function"]?.Text ?? "";
        var arguments = node["arguments"]!.Parts.ToArray();
        return name switch
        {
            "filter" when arguments.Length == 2 => Of(arguments[0], locals),
            "union" => [.. arguments.SelectMany(argument => Of(argument, locals))],
            "split" => [new(BicepKind.Array, Item: new(BicepKind.String))],
            "resourceGroup" or "tenant" => [new(BicepKind.Reference, name + "()")],
            _ => BicepLanguage.Functions.TryGetValue(name, out var kind) ? [new(kind)] : BicepValue.Unknown,
        };
    }

    private IReadOnlyList<BicepValue> Lacks(SyntaxNode node, string name)
    {
        problems.Add(file, node, $"reads {name}, which {node["object"]!.Text} does not have.");
        return BicepValue.Unknown;
    }

    private IReadOnlyList<BicepValue> NotUnderstood(SyntaxNode node)
    {
        problems.Add(file, node, $"is not understood by this check: {node.Text}");
        return BicepValue.Unknown;
    }
}
