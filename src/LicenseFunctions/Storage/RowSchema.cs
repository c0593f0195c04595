namespace LicenseFunctions.Storage;

/// <summary>
/// The versions of what rows hold. Every row names its own in its property <c>schema</c>; this program reads all up to the
/// newest and writes the newest. A store remembers the newest that was ever written to it, so that an older program, which
/// would misread such rows, stops at its start.
/// </summary>
public static class RowSchema
{
    public const int Newest = 1;
}
