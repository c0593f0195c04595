namespace LicenseFunctions.Http;

/// <summary>
/// A segment of the path as the caller meant it. Both hosts decode a path before they cut it, all but the slash, which
/// would cut it elsewhere: that arrives as <c>%2F</c> and is decoded here, once.
/// </summary>
public static class PathSegment
{
    public static string Decode(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Trim();
}
