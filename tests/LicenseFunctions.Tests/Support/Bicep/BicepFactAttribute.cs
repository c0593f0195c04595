namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>A test that parses Bicep: skipped with a reason where it cannot run, except under CI=true.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = NodeProgram.WhyNot;
}

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = NodeProgram.WhyNot;
}
