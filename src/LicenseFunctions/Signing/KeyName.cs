namespace LicenseFunctions.Signing;

/// <summary>What a key may be called: safe as a folder, in a vault and in a URL.</summary>
internal static class KeyName
{
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public static void Check(string name)
    {
        if (!IsValid(name))
            throw new ArgumentException("A key's name is 1 to 100 characters of a-z, 0-9 and '-'.", nameof(name));
    }
}
