namespace LicenseFunctions.Http.MessageSignatures;

/// <summary>A bare word of a structured field, told from a text in quotes.</summary>
public sealed record Token(string Text);

/// <summary>A parameter: a text, a <see cref="Token"/>, a number, bytes, or true where it stands alone.</summary>
public sealed record Parameter(string Name, object Value);

/// <summary>An item with its parameters.</summary>
public sealed record Item(object Value, IReadOnlyList<Parameter> Parameters);

/// <summary>A member of a dictionary: a list of items in parentheses, or one item; with parameters.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Items">The items of the list; null where it is one item.</param>
/// <param name="Value">The item; null where it is a list.</param>
/// <param name="Parameters">The parameters of the list, or of the item.</param>
public sealed record Member(string Key, IReadOnlyList<Item>? Items, object? Value, IReadOnlyList<Parameter> Parameters);

/// <summary>
/// Reads dictionaries of structured fields (RFC 8941, RFC 9651), as strictly as the standard asks for: what is not well formed
/// is refused whole. Dates and display strings, which no field that is read here has, count as not well formed.
/// </summary>
public ref struct StructuredField
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private StructuredField(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Parses the value of a field, its lines joined by commas. Of members that share a key the last one counts.</summary>
    public static IReadOnlyList<Member>? TryParseDictionary(string text)
    {
        try
        {
            return new StructuredField(text.AsSpan().Trim(' ')).Dictionary();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes a text as an item; it has nothing but printable ASCII.</summary>
    public static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private readonly bool IsAtEnd => _at == _text.Length;

    private readonly char Next => IsAtEnd ? '\0' : _text[_at];

    private List<Member> Dictionary()
    {
        var members = new List<Member>();
        while (!IsAtEnd)
        {
            var member = ReadMember();
            members.RemoveAll(other => other.Key == member.Key);
            members.Add(member);
            SkipWhiteSpace();
            if (IsAtEnd)
                return members;
            Expect(',');
            SkipWhiteSpace();
            if (IsAtEnd)
                throw new FormatException();
        }

        return members;
    }

    private Member ReadMember()
    {
        var key = Key();
        if (Next != '=')
            return new(key, null, true, Parameters());
        _at++;
        if (Next == '(')
            return new(key, InnerList(), null, Parameters());
        return new(key, null, BareItem(), Parameters());
    }

    private List<Item> InnerList()
    {
        Expect('(');
        var items = new List<Item>();
        while (true)
        {
            while (Next == ' ')
                _at++;
            if (Next == ')')
            {
                _at++;
                return items;
            }

            items.Add(new(BareItem(), Parameters()));
            if (Next is not (' ' or ')'))
                throw new FormatException();
        }
    }

    private List<Parameter> Parameters()
    {
        var parameters = new List<Parameter>();
        while (Next == ';')
        {
            _at++;
            while (Next == ' ')
                _at++;
            var name = Key();
            object value = true;
            if (Next == '=')
            {
                _at++;
                value = BareItem();
            }

            parameters.RemoveAll(other => other.Name == name);
            parameters.Add(new(name, value));
        }

        return parameters;
    }

    private object BareItem() => Next switch
    {
        '"' => Text(),
        ':' => Bytes(),
        '?' => Truth(),
        '-' or (>= '0' and <= '9') => Number(),
        '*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => new Token(While(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~:/".Contains(c, StringComparison.Ordinal))),
        _ => throw new FormatException(),
    };

    private string Text()
    {
        Expect('"');
        var text = new System.Text.StringBuilder();
        while (Next != '"')
        {
            if (Next == '\\' && _text[(_at + 1)..] is ['"' or '\\', ..])
                _at++;
            else if (Next is '\\' or < ' ' or > '~')
                throw new FormatException();
            text.Append(_text[_at++]);
        }

        _at++;
        return text.ToString();
    }

    private byte[] Bytes()
    {
        Expect(':');
        var base64 = While(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=');
        Expect(':');
        return Convert.FromBase64String(base64);
    }

    private bool Truth()
    {
        Expect('?');
        if (Next is not ('0' or '1'))
            throw new FormatException();
        return _text[_at++] == '1';
    }

    private decimal Number()
    {
        var text = While(c => char.IsAsciiDigit(c) || c is '-' or '.');
        var parts = text.TrimStart('-').Split('.');
        var isNumber = text.LastIndexOf('-') <= 0 && parts.All(part => part.Length > 0) && parts switch
        {
            [{ Length: <= 15 }] => true,
            [{ Length: <= 12 }, { Length: <= 3 }] => true,
            _ => false,
        };
        return isNumber ? decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : throw new FormatException();
    }

    private string Key()
    {
        if (Next is not ('*' or (>= 'a' and <= 'z')))
            throw new FormatException();
        return While(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.' or '*');
    }

    private string While(Func<char, bool> belongs)
    {
        var start = _at;
        while (!IsAtEnd && belongs(_text[_at]))
            _at++;
        return _text[start.._at].ToString();
    }

    private void SkipWhiteSpace()
    {
        while (Next is ' ' or '\t')
            _at++;
    }

    private void Expect(char c)
    {
        if (Next != c)
            throw new FormatException();
        _at++;
    }
}
