using System.Text;

namespace LicenseFunctions.Licensing;

/// <summary>A product's name as it stands in addresses: lower-case ASCII letters and digits, joined by hyphens.</summary>
public static class Slug
{
    private const int Longest = 80;

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
