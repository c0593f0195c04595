namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>A node of the syntax tree, punctuation included.</summary>
/// <param name="Type">What the grammar calls it.</param>
/// <param name="Field">The part it plays in its parent, where the grammar names one.</param>
/// <param name="Broken">The parser did not understand this place.</param>
internal sealed record SyntaxNode(
    string Type, string? Field, string Text, int Line, int EndLine, bool Broken, IReadOnlyList<SyntaxNode> Children)
{
    private static readonly HashSet<string> Punctuation =
        new(StringComparer.Ordinal) { "{", "}", "[", "]", "(", ")", ",", ":", "=", "${", "'", "'''", "?", ".", "!", "=>", "comment" };

    /// <summary>The children that mean something.</summary>
    public IEnumerable<SyntaxNode> Parts => Children.Where(child => !Punctuation.Contains(child.Type));

    public SyntaxNode? this[string field] => Children.FirstOrDefault(child => child.Field == field);

    public IEnumerable<SyntaxNode> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>The text of a string without interpolations, or null.</summary>
    public string? Literal => Type == "string" && Parts.All(part => part.Type is "string_content" or "escape_sequence")
        ? string.Concat(Parts.Select(part => part.Type == "escape_sequence" ? part.Text[1..] : part.Text))
        : null;

    /// <summary>The properties of an object: name (null for one that is computed) and value.</summary>
    public IEnumerable<(string? Name, SyntaxNode Value)> Properties =>
        from property in Children
        where property.Type == "object_property"
        let parts = property.Parts.ToArray()
        where parts.Length == 2
        select (parts[0].Type == "string" ? parts[0].Literal : parts[0].Text, parts[1]);

    public SyntaxNode? Property(string name) => Properties.FirstOrDefault(property => property.Name == name).Value;
}
