using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace LicenseFunctions.Storage;

/// <summary>
/// The properties of a row: text, whole numbers, truth values and binary, by name, in the order they were set. Rows are
/// small, so a list searched from its start is quicker than a dictionary and costs one allocation.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Reads as what it is: the values of a row.")]
public sealed class RowValues : IEnumerable<KeyValuePair<string, RowValue>>
{
    private KeyValuePair<string, RowValue>[] _entries;
    private int _count;
    private object? _reading;

    // Where the next name is most likely found: most readers ask in the order of the properties.
    private int _next;

    public RowValues(int capacity = 8) => _entries = capacity == 0 ? [] : new KeyValuePair<string, RowValue>[capacity];

    /// <summary>No properties.</summary>
    public static RowValues Empty { get; } = new(0);

    public int Count => _count;

    /// <summary>Gets a value (<see cref="RowValueKind.None"/> when there is none) or sets it; setting none removes it.</summary>
    public RowValue this[string name]
    {
        get => IndexOf(name) is var i and >= 0 ? _entries[i].Value : default;
        set => Set(name, value);
    }

    public string? GetText(string name) => this[name].AsText();

    public long GetNumber(string name, long otherwise = 0) => this[name].AsNumber() ?? otherwise;

    public long? FindNumber(string name) => this[name].AsNumber();

    public bool GetBoolean(string name, bool otherwise = false) => this[name].AsBoolean() ?? otherwise;

    public byte[]? GetBinary(string name) => this[name].AsBinary();

    /// <summary>
    /// What a reader makes of these values, made once as long as they do not change: remembered rows are read again and
    /// again. The reading must not change either.
    /// </summary>
    public T As<T>(Func<RowValues, T> read)
        where T : class
    {
        if (_reading is T known)
            return known;
        var made = read(this);
        _reading = made;
        return made;
    }

    /// <summary>Adds a property that is not there yet, for who knows that: without a search.</summary>
    internal void Append(string name, RowValue value)
    {
        if (_count == _entries.Length)
            Array.Resize(ref _entries, Math.Max(8, _count * 2));
        _entries[_count++] = new(name, value);
    }

    /// <summary>Tells whether both hold the same, in whatever order.</summary>
    public bool HoldsTheSameAs(RowValues other)
    {
        if (_count != other._count)
            return false;
        foreach (var (name, value) in AsSpan())
        {
            if (other[name] != value)
                return false;
        }

        return true;
    }

    /// <summary>A copy to be changed.</summary>
    public RowValues Copy()
    {
        // No room to spare: what is copied again and again, the usage of a license, has all its properties after the first time.
        var copy = new RowValues(_count) { _count = _count };
        _entries.AsSpan(0, _count).CopyTo(copy._entries);
        return copy;
    }

    public ReadOnlySpan<KeyValuePair<string, RowValue>> AsSpan() => _entries.AsSpan(0, _count);

    public IEnumerator<KeyValuePair<string, RowValue>> GetEnumerator() => _entries.Take(_count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Set(string name, RowValue value)
    {
        _reading = null;
        var i = IndexOf(name);
        if (value.Kind == RowValueKind.None)
        {
            if (i >= 0)
            {
                _entries.AsSpan(i + 1, _count - i - 1).CopyTo(_entries.AsSpan(i));
                _entries[--_count] = default;
            }

            return;
        }

        if (i < 0)
            Append(name, value);
        else
            _entries[i] = new(name, value);
    }

    private int IndexOf(string name)
    {
        // Names are literals mostly, so the same text is the same object, and others differ at first sight.
        var next = _next;
        if ((uint)next < (uint)_count && ReferenceEquals(_entries[next].Key, name))
        {
            _next = next + 1;
            return next;
        }

        for (var i = 0; i < _count; i++)
        {
            if (!string.Equals(_entries[i].Key, name, StringComparison.Ordinal))
                continue;
            _next = i + 1;
            return i;
        }

        return -1;
    }
}
