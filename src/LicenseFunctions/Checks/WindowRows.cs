using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Reads the rolling windows of a row: each binary property is one.</summary>
internal static class WindowRows
{
    private const string Leases = "leases";

    public static void ReadAll(Row row)
    {
        foreach (var (name, value) in row.Values)
        {
            if (value.AsBinary() is not { } packed)
                continue;
            if (name == Leases)
                LeasedWindow.Read(packed, 0);
            else
                Read(packed);
        }
    }

    private static void Read(byte[] packed)
    {
        var instants = RollingWindow.Instants(packed);
        for (var i = 1; i < instants.Count; i++)
        {
            if (instants[i] < instants[i - 1])
                throw new FormatException("The instants are in no order.");
        }

        if (instants.Count > 0 && instants[^1] - instants[0] > RollingWindow.LengthMs)
            throw new FormatException("The instants are of more than 60 seconds.");
    }
}
