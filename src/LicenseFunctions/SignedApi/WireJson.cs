using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LicenseFunctions.SignedApi;

/// <summary>How a text is written.</summary>
public enum WireEscaping
{
    /// <summary><c>/</c> as <c>\/</c>, characters outside ASCII as <c>\uXXXX</c> in lower-case hex: what is signed by default.</summary>
    Escaped,

    /// <summary>Slashes and characters outside ASCII as they are: what is signed in envelope mode.</summary>
    Plain,
}

/// <summary>
/// Writes the exact bytes of the wire: compact JSON in the order of the calls. Nothing else makes bytes that are signed.
/// It has no floats and no empty objects on purpose: a client that encodes an answer again could not reproduce them.
/// </summary>
public sealed class WireJson(WireEscaping escaping)
{
    private const string PlainText =
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~\u007f";

    private static readonly SearchValues<char> AsItIs = SearchValues.Create(PlainText);
    private static readonly SearchValues<char> AsItIsButSlash = SearchValues.Create(PlainText.Replace("/", "", StringComparison.Ordinal));

    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private bool _needsComma;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.WrittenMemory;

    public WireJson Open(char bracket)
    {
        Separate();
        Raw((byte)bracket);
        _needsComma = false;
        return this;
    }

    public WireJson Close(char bracket)
    {
        Raw((byte)bracket);
        _needsComma = true;
        return this;
    }

    public WireJson Name(string name)
    {
        Text(name);
        Raw((byte)':');
        _needsComma = false;
        return this;
    }

    public WireJson Text(string? value)
    {
        if (value is null)
            return Literal("null"u8);
        Separate();
        Raw((byte)'"');
        for (var rest = value.AsSpan(); !rest.IsEmpty;)
        {
            rest = rest[WriteAsItIs(rest)..];
            if (rest.IsEmpty)
                break;
            Rune.DecodeFromUtf16(rest, out var rune, out var length);
            Write(rune);
            rest = rest[length..];
        }

        Raw((byte)'"');
        return this;
    }

    public WireJson Number(long value)
    {
        Separate();
        var span = _buffer.GetSpan(20);
        value.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        _buffer.Advance(written);
        return this;
    }

    public WireJson False() => Literal("false"u8);

    public WireJson True() => Literal("true"u8);

    public WireJson Null() => Literal("null"u8);

    /// <summary>Writes a value that is JSON already, such as another writer's.</summary>
    public WireJson Literal(ReadOnlySpan<byte> json)
    {
        Separate();
        _buffer.Write(json);
        return this;
    }

    /// <summary>Writes what this class once wrote, in this escaping.</summary>
    public WireJson Again(byte[] json)
    {
        if (escaping == WireEscaping.Escaped)
            return Literal(json);
        using var document = JsonDocument.Parse(json);
        return Value(document.RootElement);
    }

    /// <summary>Writes a parsed value.</summary>
    public WireJson Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Open('{');
                foreach (var property in value.EnumerateObject())
                    Name(property.Name).Value(property.Value);
                return Close('}');
            case JsonValueKind.Array:
                Open('[');
                foreach (var item in value.EnumerateArray())
                    Value(item);
                return Close(']');
            case JsonValueKind.String:
                return Text(value.GetString());
            default:
                return Literal(Encoding.ASCII.GetBytes(value.GetRawText()));
        }
    }

    public WireJson Field(string name, string? value) => Name(name).Text(value);

    public WireJson Field(string name, long value) => Name(name).Number(value);

    private void Separate()
    {
        if (_needsComma)
            Raw((byte)',');
        _needsComma = true;
    }

    /// <summary>Writes the characters up to the first that is written in another way; answers how many they were.</summary>
    private int WriteAsItIs(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(escaping == WireEscaping.Escaped ? AsItIsButSlash : AsItIs);
        if (length < 0)
            length = text.Length;
        if (length > 0)
            _buffer.Advance(Encoding.ASCII.GetBytes(text[..length], _buffer.GetSpan(length)));
        return length;
    }

    private void Write(Rune rune)
    {
        switch (rune.Value)
        {
            case '"': _buffer.Write("\\\""u8); break;
            case '\\': _buffer.Write("\\\\"u8); break;
            case '/' when escaping == WireEscaping.Escaped: _buffer.Write("\\/"u8); break;
            case '\b': _buffer.Write("\\b"u8); break;
            case '\f': _buffer.Write("\\f"u8); break;
            case '\n': _buffer.Write("\\n"u8); break;
            case '\r': _buffer.Write("\\r"u8); break;
            case '\t': _buffer.Write("\\t"u8); break;
            case < 0x20: Escape((char)rune.Value); break;
            case < 0x80: Raw((byte)rune.Value); break;
            default: WriteBeyondAscii(rune); break;
        }
    }

    private void WriteBeyondAscii(Rune rune)
    {
        Span<char> utf16 = stackalloc char[2];
        if (escaping == WireEscaping.Escaped)
        {
            foreach (var c in utf16[..rune.EncodeToUtf16(utf16)])
                Escape(c);
        }
        else
        {
            _buffer.Advance(rune.EncodeToUtf8(_buffer.GetSpan(4)));
        }
    }

    private void Escape(char c)
    {
        ReadOnlySpan<byte> hex = "0123456789abcdef"u8;
        var span = _buffer.GetSpan(6);
        span[0] = (byte)'\\';
        span[1] = (byte)'u';
        span[2] = hex[c >> 12];
        span[3] = hex[(c >> 8) & 15];
        span[4] = hex[(c >> 4) & 15];
        span[5] = hex[c & 15];
        _buffer.Advance(6);
    }

    private void Raw(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }
}
