using System.Reflection;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests;

/// <summary>
/// The stand-ins have no member that the official packages lack, so what compiles against them compiles against those.
/// </summary>
public sealed class StandInSignatureTests
{
    private static readonly string Lists = Path.Combine(AppContext.BaseDirectory, "TestData", "official-api");

    [Theory]
    [InlineData("Azure.Data.Tables", "Azure.Data.Tables.txt")]
    [InlineData("Azure.Security.KeyVault.Keys", "Azure.Security.KeyVault.Keys.txt")]
    [InlineData("Microsoft.Azure.Functions.Worker", "*.txt")] // One stand-in for what is several packages.
    public void Every_member_of_a_stand_in_is_one_of_the_official_package(string assemblyName, string lists)
    {
        var assembly = Assembly.Load(assemblyName);
        if (IsOfficial(assembly))
            return;
        var official = Directory.GetFiles(Lists, lists).SelectMany(File.ReadLines).ToHashSet(StringComparer.Ordinal);

        Assert.Equal([], ApiSurface.Of(assembly).Where(line => !official.Contains(line)));
    }

    [Fact]
    public void A_member_that_differs_would_be_noticed()
    {
        var lines = ApiSurface.Of(typeof(StandInSignatureTests).Assembly)
            .Where(line => line.Contains(nameof(StandInSignatureSample), StringComparison.Ordinal));

        const string name = "LicenseFunctions.Tests.StandInSignatureSample";
        Assert.Equal(
            [
                $"abstract class {name} ;System.Collections.Generic.IComparer<Int32?>",
                $"  {name} :: protected .ctor()",
                $"  {name} :: protected String[] Item[Int32 index, String name] {{ get; }}",
                $"  {name} :: abstract Int32 Compare(Int32? x, Int32? y)",
                $"  {name} :: protected virtual Boolean TryGet<T>(String key, out T value, ref Int64 count, UriKind kind = Absolute, DateTime when = default, params Object[] rest) where T : class,IDisposable,new()",
            ],
            lines);
    }

    /// <summary>With the packages themselves there is no stand-in to check; they alone are signed.</summary>
    private static bool IsOfficial(Assembly assembly) => assembly.GetName().GetPublicKeyToken() is { Length: > 0 };
}

/// <summary>One of each kind of member that is hard to write down.</summary>
public abstract class StandInSignatureSample : IComparer<int?>
{
    protected string[] this[int index, string name] => [name];

    public abstract int Compare(int? x, int? y);

    protected virtual bool TryGet<T>(
        string key, out T value, ref long count, UriKind kind = UriKind.Absolute, DateTime when = default, params object[] rest)
        where T : class, IDisposable, new()
    {
        value = new T();
        return count > rest.Length;
    }
}
