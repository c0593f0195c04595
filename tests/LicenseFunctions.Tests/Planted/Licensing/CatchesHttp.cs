using LicenseFunctions.Tests.Planted.Storage;

namespace LicenseFunctions.Tests.Planted.Licensing;

/// <summary>Knows the store, which it may, and catches an exception of HTTP, which it may not.</summary>
public static class CatchesHttp
{
    public static int Count()
    {
        try
        {
            return PlantedStore.Count(1);
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}

/// <summary>Names a kind of store in a signature.</summary>
public static class KnowsSqlite
{
    public static int Count(IReadOnlyList<Storage.Sqlite.Planted> stores) => stores.Count;
}
