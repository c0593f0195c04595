using LicenseFunctions.Tests.Planted.Storage;

namespace LicenseFunctions.Tests.Planted.SignedApi;

/// <summary>Uses the store inside an async method, where the compiler moves the code elsewhere.</summary>
public static class AwaitsStorage
{
    public static async Task<int> CountAsync()
    {
        await Task.Yield();
        return new[] { 1, 2 }.Sum(each => PlantedStore.Count(each));
    }
}

/// <summary>Breaks nothing.</summary>
public static class Innocent
{
    public static int Answer() => 42;
}
