namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>What is wrong, each problem once: <c>modules/storage.bicep:12 …</c>.</summary>
internal sealed class BicepProblems
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public List<string> All { get; } = [];

    public void Add(BicepFile file, SyntaxNode at, string message)
    {
        var problem = $"{file.Path}:{at.Line} {message}";
        if (_seen.Add(problem))
            All.Add(problem);
    }

    /// <summary>What is wrong by a check of its own, to be kept or thrown away.</summary>
    public static BicepProblems Collect(Action<BicepProblems> check)
    {
        var problems = new BicepProblems();
        check(problems);
        return problems;
    }
}
