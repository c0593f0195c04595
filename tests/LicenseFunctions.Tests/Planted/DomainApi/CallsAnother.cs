using LicenseFunctions.Tests.Planted.SignedApi;

namespace LicenseFunctions.Tests.Planted.DomainApi;

/// <summary>One API calls the other.</summary>
public static class CallsAnother
{
    public static int Answer() => Innocent.Answer();
}
