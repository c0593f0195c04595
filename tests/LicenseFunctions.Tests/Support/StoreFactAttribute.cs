using Xunit.Abstractions;
using Xunit.Sdk;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// A test of a suite that several stores pass. A class that runs the suite on Azurite says so by
/// <see cref="NeedsAzuriteAttribute"/>; its inherited tests are skipped where Azurite cannot run, the other classes' not.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer($"LicenseFunctions.Tests.Support.{nameof(StoreFactDiscoverer)}", "LicenseFunctions.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>The same for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer($"LicenseFunctions.Tests.Support.{nameof(StoreTheoryDiscoverer)}", "LicenseFunctions.Tests")]
public sealed class StoreTheoryAttribute : TheoryAttribute;

/// <summary>The tests of this class need Azurite.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAzuriteAttribute : Attribute;

public sealed class StoreFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        SkippedTestCase.For(DiagnosticMessageSink, testMethod) ?? base.Discover(discoveryOptions, testMethod, factAttribute);
}

public sealed class StoreTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        SkippedTestCase.For(DiagnosticMessageSink, testMethod) ?? base.Discover(discoveryOptions, testMethod, theoryAttribute);
}

/// <summary>A test that is reported as skipped, whatever data it has.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    [Obsolete("For the deserializer of the test runner.")]
    public SkippedTestCase()
    {
    }

    private SkippedTestCase(IMessageSink messages, ITestMethod method)
        : base(messages, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method)
    {
    }

    public static IEnumerable<IXunitTestCase>? For(IMessageSink messages, ITestMethod method) =>
        Azurite.WhyNot is not null && method.TestClass.Class.GetCustomAttributes(typeof(NeedsAzuriteAttribute)).Any()
            ? [new SkippedTestCase(messages, method)]
            : null;

    protected override string GetSkipReason(IAttributeInfo factAttribute) => Azurite.WhyNot ?? "";
}
