namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>What a file declares.</summary>
internal sealed class BicepFile
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "target_scope_assignment", "using_statement", "decorators", "comment", "diagnostic_comment",
        "parameter_declaration", "variable_declaration", "resource_declaration", "module_declaration", "output_declaration",
    };

    private BicepFile(string path, SyntaxNode root)
    {
        Path = path;
        Root = root;
        NotUnderstood = [.. root.Children.Where(child => !Known.Contains(child.Type))];
        var decorators = new List<SyntaxNode>();
        foreach (var child in root.Children)
        {
            if (child.Type == "decorators")
                decorators.AddRange(child.Children);
            else if (child.Type != "comment")
                Add(child, decorators);
        }
    }

    public string Path { get; }

    public SyntaxNode Root { get; }

    public IReadOnlyList<SyntaxNode> NotUnderstood { get; }

    public List<BicepDeclaration> Declarations { get; } = [];

    public SyntaxNode? Using => Root.Children.FirstOrDefault(child => child.Type == "using_statement");

    public IEnumerable<BicepDeclaration> Parameters => Declarations.Where(each => each.Kind == BicepDeclarationKind.Parameter);

    public IEnumerable<BicepDeclaration> Resources => Declarations.Where(each => each.Kind == BicepDeclarationKind.Resource);

    public IEnumerable<BicepDeclaration> Modules => Declarations.Where(each => each.Kind == BicepDeclarationKind.Module);

    public IEnumerable<BicepDeclaration> Outputs => Declarations.Where(each => each.Kind == BicepDeclarationKind.Output);

    public static async Task<BicepFile> ParseAsync(string path, string source)
    {
        // The grammar wants a type in a parameters file too, where the language has none.
        if (path.EndsWith(".bicepparam", StringComparison.Ordinal))
            source = System.Text.RegularExpressions.Regex.Replace(source, @"(?m)^(param \w+) =", "$1 any =");
        return new BicepFile(path, await BicepParser.ParseAsync(source));
    }

    /// <summary>What a name stands for, outputs left aside: they may be called like anything.</summary>
    public BicepDeclaration? Find(string name) =>
        Declarations.Find(each => each.Name == name && each.Kind != BicepDeclarationKind.Output);

    private void Add(SyntaxNode node, List<SyntaxNode> decorators)
    {
        BicepDeclarationKind? kind = node.Type switch
        {
            "parameter_declaration" => BicepDeclarationKind.Parameter,
            "variable_declaration" => BicepDeclarationKind.Variable,
            "resource_declaration" => BicepDeclarationKind.Resource,
            "module_declaration" => BicepDeclarationKind.Module,
            "output_declaration" => BicepDeclarationKind.Output,
            _ => null,
        };
        if (kind is { } known && node.Children.Count > 2)
            Declarations.Add(new BicepDeclaration(known, node, [.. decorators]));
        decorators.Clear();
    }
}

internal enum BicepDeclarationKind
{
    Parameter,
    Variable,
    Resource,
    Module,
    Output,
}

/// <summary>A parameter, variable, resource, module or output.</summary>
internal sealed record BicepDeclaration(BicepDeclarationKind Kind, SyntaxNode Node, IReadOnlyList<SyntaxNode> Decorators)
{
    public string Name => Node.Children[1].Text;

    /// <summary>What stands behind the equals sign, if anything does.</summary>
    public SyntaxNode? Value =>
        Node.Children.SkipWhile(child => child.Type != "=").Skip(1).FirstOrDefault(child => child.Type != "comment");

    public BicepType Type => BicepType.Read(Node.Children[2]);

    /// <summary>The type with its version of a resource, the path of a module.</summary>
    public string Target => Node.Children[2].Literal ?? "";

    public bool IsExisting => Node.Children.Any(child => child.Type == "existing");

    /// <summary>The loop that a resource or module stands in, or null.</summary>
    public SyntaxNode? Loop => Value is { Type: "for_statement" } loop ? loop : null;

    /// <summary>The object that is declared, without the loop and the condition around it.</summary>
    public SyntaxNode? Body
    {
        get
        {
            var body = Loop is { } loop ? loop["body"] : Value;
            if (body is { Type: "if_statement" })
                body = body.Children[^1];
            return body is { Type: "object" } ? body : null;
        }
    }

    /// <summary>The values that a decorator lets a parameter have; empty for any.</summary>
    public IReadOnlyList<SyntaxNode> Allowed =>
        [.. Decorators.Select(each => each.Children[^1]).Where(call => call["function"]?.Text == "allowed")
            .SelectMany(call => call["arguments"]!.Parts.First().Parts)];
}
