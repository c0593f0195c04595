namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>
/// What a compiler of Bicep would find wrong with a set of files, and a little more: there is none for every machine. It
/// understands what our files use and refuses the rest.
/// </summary>
internal sealed class BicepCheck
{
    private static readonly AzureTypes Types = AzureTypes.Load();
    private static readonly string[] OfEveryResource = ["parent", "scope", "dependsOn"];
    private static readonly string[] OfAnExistingResource = ["name", "parent", "scope"];

    private readonly Dictionary<string, BicepFile> _files;
    private readonly BicepProblems _problems = new();

    private BicepCheck(IEnumerable<BicepFile> files) => _files = files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    /// <summary>Every problem of these files: sources by path, <c>/</c> between folders.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(IReadOnlyDictionary<string, string> sources)
    {
        var files = new List<BicepFile>();
        foreach (var (path, source) in sources)
            files.Add(await BicepFile.ParseAsync(path, source));
        var check = new BicepCheck(files);
        foreach (var file in files)
            check.Check(file);
        return check._problems.All;
    }

    private void Check(BicepFile file)
    {
        new BicepNames(file, _problems).Check();
        var modules = new BicepModules(file, _files, _problems);
        var values = new BicepValues(file, _problems, modules.Output);
        modules.Check(values);
        if (file.Using is null)
        {
            foreach (var declared in file.Parameters.Concat(file.Outputs))
                CheckType(file, declared, values);
        }

        foreach (var resource in file.Resources)
            CheckResource(file, resource, values);
    }

    private void CheckType(BicepFile file, BicepDeclaration declared, BicepValues values)
    {
        if (declared.Type.Kind == BicepKind.NotUnderstood)
            _problems.Add(file, declared.Node, $"has a type that is not understood by this check: {declared.Node.Children[2].Text}");
        else if (declared.Value is { } value)
            CheckKind(file, declared.Type, values.Of(value, BicepLocals.None), value, declared.Name, _problems);
    }

    /// <summary>Holds values against the type of a parameter or output.</summary>
    public static void CheckKind(
        BicepFile file, BicepType type, IReadOnlyList<BicepValue> values, SyntaxNode at, string name, BicepProblems problems)
    {
        foreach (var value in values.Where(value => !type.Takes(value.Kind)))
            problems.Add(file, at, $"gives {name} a {BicepValue.Shown(value.Kind)}, not {type}.");
        foreach (var value in values.Where(value => type.Item is { } item && value.Item is { } other && !item.Takes(other.Kind)))
            problems.Add(file, at, $"gives {name} a {value.Item}[], not {type}.");
    }

    private void CheckResource(BicepFile file, BicepDeclaration resource, BicepValues values)
    {
        if (resource.Body is not { } body)
        {
            _problems.Add(file, resource.Node, $"declares {resource.Name} without a body.");
            return;
        }

        if (Types.Find(resource.Target) is not { } type)
        {
            _problems.Add(file, resource.Node, $"declares a {resource.Target}, which is not among the known types and versions.");
            return;
        }

        CheckParent(file, resource, body);
        var locals = resource.Loop is { } loop ? values.Inside(loop, BicepLocals.None) : BicepLocals.None;
        if (!resource.IsExisting)
        {
            new AzureTypeCheck(file, values, _problems).CheckProperties(type, body, locals, "", OfEveryResource);
            return;
        }

        foreach (var (name, value) in body.Properties.Where(property => !OfAnExistingResource.Contains(property.Name)))
            _problems.Add(file, value, $"sets {name} of a resource that exists already.");
    }

    private void CheckParent(BicepFile file, BicepDeclaration resource, SyntaxNode body)
    {
        var type = resource.Target.Split('@')[0];
        var wanted = type.Count(c => c == '/') > 1 ? type[..type.LastIndexOf('/')] : null;
        var parent = body.Property("parent");
        var given = parent is null ? null : file.Find(parent.Text)?.Target.Split('@')[0] ?? "something else";
        if (given != wanted)
            _problems.Add(file, body, $"declares a {type} whose parent is {given ?? "missing"}, not {wanted ?? "left out"}.");
    }
}
