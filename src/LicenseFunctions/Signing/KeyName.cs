namespace LicenseFunctions.Signing;

/// <summary>What a key may be called: safe as a folder, in a vault and in a URL.</summary>
public static class KeyName
{
    /// <summary>The key that wraps content keys. Not a signing key's name, so no listing shows it and nothing is signed with it.</summary>
    public const string Wrapping = "offline-wrap";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && name != Wrapping;

    public static void Check(string name)
    {
        if (!IsValid(name))
            throw new ArgumentException($"A key's name is 1 to 100 characters of a-z, 0-9 and '-', and not '{Wrapping}'.", nameof(name));
    }
}
