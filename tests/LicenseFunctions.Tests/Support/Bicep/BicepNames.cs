namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>Syntax and names: nothing undefined, nothing unused, nothing twice, and no function that hands out a key.</summary>
internal sealed class BicepNames(BicepFile file, BicepProblems problems)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public void Check()
    {
        foreach (var node in file.Root.All.Where(node => node.Broken))
            problems.Add(file, node, $"is no Bicep: {FirstLine(node.Text)}");
        foreach (var node in file.NotUnderstood)
            problems.Add(file, node, $"is not understood by this check: {FirstLine(node.Text)}");
        foreach (var node in file.Root.All.Where(node => node.Type is "object" or "array"))
            CheckLines(node);
        foreach (var literal in file.Root.All.Where(node => node.Type == "string_content" && node.Text.Contains('*', StringComparison.Ordinal)))
            problems.Add(file, literal, "has a wildcard.");
        foreach (var twice in file.Declarations.GroupBy(each => (each.Name, each.Kind == BicepDeclarationKind.Output)).Where(group => group.Count() > 1))
            problems.Add(file, twice.Last().Node, $"declares {twice.Key.Name} twice.");

        foreach (var declared in file.Declarations)
        {
            foreach (var decorator in declared.Decorators)
                CheckDecorator(decorator);
            if (declared.Value is { } value)
                Walk(value, []);
        }

        if (file.Using is null)
        {
            foreach (var declared in file.Declarations.Where(NeedsUse).Where(each => !_used.Contains(each.Name)))
                problems.Add(file, declared.Node, $"declares {declared.Name}, which nothing uses.");
        }
    }

    private static bool NeedsUse(BicepDeclaration declared) => declared.Kind switch
    {
        BicepDeclarationKind.Parameter or BicepDeclarationKind.Variable => true,
        BicepDeclarationKind.Resource => declared.IsExisting,
        BicepDeclarationKind.Module or BicepDeclarationKind.Output => false,
    };

    /// <summary>The language separates by lines or commas, which the grammar does not mind.</summary>
    private void CheckLines(SyntaxNode node)
    {
        SyntaxNode? previous = null;
        foreach (var child in node.Children.Where(child => child.Type is not ("{" or "}" or "[" or "]" or "comment")))
        {
            if (previous is not null && previous.Type != "," && child.Type != "," && previous.EndLine == child.Line)
                problems.Add(file, child, $"stands on the line of what comes before it: {FirstLine(child.Text)}");
            previous = child;
        }

        foreach (var twice in node.Properties.Where(property => property.Name is not null).GroupBy(property => property.Name).Where(group => group.Count() > 1))
            problems.Add(file, twice.Last().Value, $"sets {twice.Key} twice.");
    }

    private void CheckDecorator(SyntaxNode decorator)
    {
        var name = decorator.Children[^1]["function"]?.Text ?? decorator.Children[^1].Text;
        if (!BicepLanguage.Decorators.Contains(name))
            problems.Add(file, decorator, name == "secure" ? "has a secret parameter." : $"has an unknown decorator, {name}.");
    }

    private void Walk(SyntaxNode node, IReadOnlyList<string> locals)
    {
        switch (node.Type)
        {
            case "identifier":
                Use(node, locals);
                return;
            case "for_statement":
                var names = node["initializer"] is { } one ? [one.Text]
                    : node.Children.Where(child => child.Type == "for_loop_parameters").SelectMany(child => child.Parts).Select(part => part.Text);
                locals = [.. locals, .. names];
                WalkAll(node.Parts.Where(part => part.Field != "initializer" && part.Type is not ("for_loop_parameters" or "for" or "in")), locals);
                return;
            case "lambda_expression":
                locals = [.. locals, .. node.Children[0].All.Where(each => each.Type == "identifier").Select(each => each.Text)];
                Walk(node.Children[^1], locals);
                return;
            case "object_property":
                WalkAll(node.Parts.Skip(node.Parts.First().Type == "string" ? 0 : 1), locals);
                return;
            case "call_expression":
                CheckFunction(node["function"]!);
                WalkAll(node["arguments"]!.Parts, locals);
                return;
            default:
                WalkAll(node.Parts, locals);
                return;
        }
    }

    private void WalkAll(IEnumerable<SyntaxNode> nodes, IReadOnlyList<string> locals)
    {
        foreach (var node in nodes)
            Walk(node, locals);
    }

    private void Use(SyntaxNode name, IReadOnlyList<string> locals)
    {
        if (locals.Contains(name.Text))
            return;
        _used.Add(name.Text);
        if (file.Find(name.Text) is null)
            problems.Add(file, name, $"names {name.Text}, which is not defined.");
    }

    private void CheckFunction(SyntaxNode function)
    {
        if (!BicepLanguage.Functions.ContainsKey(function.Text))
            problems.Add(file, function, $"calls {function.Text}, which is unknown or not allowed.");
    }

    private static string FirstLine(string text) => text.Split('\n')[0];
}
