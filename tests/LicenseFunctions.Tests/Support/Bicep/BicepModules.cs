namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>What files hand to each other: the parameters of modules, their outputs, and a parameters file.</summary>
internal sealed class BicepModules(BicepFile file, IReadOnlyDictionary<string, BicepFile> files, BicepProblems problems)
{
    private static readonly string[] OfAModule = ["name", "params", "scope", "dependsOn"];

    public BicepType? Output(BicepDeclaration module, string name) =>
        Target(module.Target)?.Outputs.FirstOrDefault(each => each.Name == name)?.Type;

    public void Check(BicepValues values)
    {
        foreach (var module in file.Modules)
            CheckCall(module, values);
        if (file.Using is { } use)
            CheckParametersFile(use, values);
    }

    private void CheckCall(BicepDeclaration module, BicepValues values)
    {
        if (Target(module.Target) is not { } target || module.Body is not { } body)
        {
            problems.Add(file, module.Node, $"calls a module that does not exist: {module.Target}");
            return;
        }

        foreach (var (name, value) in body.Properties.Where(property => !OfAModule.Contains(property.Name)))
            problems.Add(file, value, $"sets {name}, which no module has.");
        var locals = module.Loop is { } loop ? values.Inside(loop, BicepLocals.None) : BicepLocals.None;
        var given = body.Property("params")?.Properties.ToArray() ?? [];
        CheckArguments(target, given, body, argument => values.Of(argument, locals));
    }

    private void CheckParametersFile(SyntaxNode use, BicepValues values)
    {
        if (Target(use.Parts.Last().Literal ?? "") is not { } target)
        {
            problems.Add(file, use, "uses a file that does not exist.");
            return;
        }

        var given = file.Parameters.Select(each => ((string?)each.Name, each.Value!)).ToArray();
        CheckArguments(target, given, use, argument => values.Of(argument, BicepLocals.None));
    }

    private void CheckArguments(
        BicepFile target, (string? Name, SyntaxNode Value)[] given, SyntaxNode at, Func<SyntaxNode, IReadOnlyList<BicepValue>> valuesOf)
    {
        foreach (var (name, argument) in given)
        {
            if (target.Parameters.FirstOrDefault(each => each.Name == name) is not { } parameter)
            {
                problems.Add(file, argument, $"gives {name}, which is no parameter of {target.Path}.");
                continue;
            }

            var values = valuesOf(argument);
            BicepCheck.CheckKind(file, parameter.Type, values, argument, parameter.Name, problems);
            var allowed = parameter.Allowed.Select(each => each.Literal ?? each.Text).ToArray();
            foreach (var value in values.Where(value => allowed.Length > 0 && value.Text is { } text && !allowed.Contains(text)))
                problems.Add(file, argument, $"gives {name} the value {value.Text}; it can be {string.Join(", ", allowed)}.");
        }

        foreach (var missing in target.Parameters.Where(each => each is { Value: null, Type.IsNullable: false } && given.All(one => one.Name != each.Name)))
            problems.Add(file, at, $"does not give {missing.Name}, which {target.Path} needs.");
    }

    private BicepFile? Target(string relative)
    {
        var folder = file.Path.Contains('/', StringComparison.Ordinal) ? file.Path[..(file.Path.LastIndexOf('/') + 1)] : "";
        var path = folder + (relative.StartsWith("./", StringComparison.Ordinal) ? relative[2..] : relative);
        return files.GetValueOrDefault(path);
    }
}
