using System.Text;

namespace LicenseFunctions.Licensing;

/// <summary>A product's name as it stands in addresses: lower-case ASCII letters and digits, joined by hyphens.</summary>
public static class Slug
{
    /// <summary>What a slug has, in words for the vendor.</summary>
    public const string Rule = "1 to 80 characters: a-z and 0-9, with single hyphens between them.";

    private const int Longest = 80;

    /// <summary>True for what could have been made of a name.</summary>
    public static bool IsValid(string slug) => slug.Length <= Longest && From(slug) == slug;

    public static string From(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(c);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length == Longest)
                break;
        }

        var text = slug.ToString().Trim('-');
        return text.Length > 0 ? text : "product";
    }
}
