using System.Diagnostics.CodeAnalysis;

namespace LicenseFunctions.Storage;

public enum RowValueKind
{
    None,
    Text,
    Number,
    Boolean,
    Binary,
}

/// <summary>One property value. Times are <see cref="RowValueKind.Number"/>, in Unix milliseconds.</summary>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The conversions are how values are written; the As… methods read them.")]
public readonly record struct RowValue
{
    private readonly object? _reference;
    private readonly long _number;

    private RowValue(RowValueKind kind, object? reference, long number) =>
        (Kind, _reference, _number) = (kind, reference, number);

    public RowValueKind Kind { get; }

    public string? AsText() => _reference as string;

    public byte[]? AsBinary() => _reference as byte[];

    public long? AsNumber() => Kind == RowValueKind.Number ? _number : null;

    public bool? AsBoolean() => Kind == RowValueKind.Boolean ? _number != 0 : null;

    public bool Equals(RowValue other) =>
        Kind == other.Kind && _number == other._number && (_reference, other._reference) switch
        {
            (byte[] mine, byte[] theirs) => mine.AsSpan().SequenceEqual(theirs),
            var (mine, theirs) => Equals(mine, theirs),
        };

    public override int GetHashCode() => HashCode.Combine(Kind, _number, _reference is byte[] b ? b.Length : _reference);

    public static implicit operator RowValue(string? value) => value is null ? default : new(RowValueKind.Text, value, 0);

    public static implicit operator RowValue(byte[]? value) => value is null ? default : new(RowValueKind.Binary, value, 0);

    public static implicit operator RowValue(long value) => new(RowValueKind.Number, null, value);

    public static implicit operator RowValue(long? value) => value is { } v ? v : default(RowValue);

    public static implicit operator RowValue(bool value) => new(RowValueKind.Boolean, null, value ? 1 : 0);
}
