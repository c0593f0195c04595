namespace LicenseFunctions.Moving;

/// <summary>How the rows of a file and those of a store compare, or what became of them.</summary>
public sealed record ImportSummary
{
    private const int MostNamed = 10;

    private readonly List<string> _named = [];

    /// <summary>Rows of the file.</summary>
    public long Rows { get; internal set; }

    /// <summary>Those that the store lacks, or lacked; plans of signing keys, too, of which it lacks a part.</summary>
    public long Missing { get; internal set; }

    /// <summary>Those that the store has, the same.</summary>
    public long Equal { get; internal set; }

    /// <summary>Those that the store has, otherwise.</summary>
    public long Differing { get; private set; }

    /// <summary>Rows that the store has and the file does not, but for plans of signing keys, which stay.</summary>
    public long Others { get; internal set; }

    /// <summary>The first few that differ: table, line of the file, a short hash.</summary>
    public IReadOnlyList<string> Named => _named;

    internal void Differs(MovedRow row)
    {
        Differing++;
        if (_named.Count < MostNamed)
            _named.Add($"{row.Table} {Licensing.LicenseRows.Hash($"{row.Partition} {row.Insertion.Key}")[..12]} (line {row.Line})");
    }
}
