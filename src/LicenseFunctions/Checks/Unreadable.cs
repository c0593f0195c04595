using System.Text.Json;

namespace LicenseFunctions.Checks;

/// <summary>What the readers of rows throw when a row is not what it should be.</summary>
internal static class Unreadable
{
    public static bool Is(Exception exception) => exception is FormatException or ArgumentException or OverflowException
        or InvalidDataException or JsonException or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException;
}
