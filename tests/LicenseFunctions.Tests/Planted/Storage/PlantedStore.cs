namespace LicenseFunctions.Tests.Planted.Storage;

public static class PlantedStore
{
    public static int Count(int by) => by;
}

/// <summary>Knows Azure outside the room for it.</summary>
public sealed record HoldsAzure(Azure.RequestFailedException? Fault);
