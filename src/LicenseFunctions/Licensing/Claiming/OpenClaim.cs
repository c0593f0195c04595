using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Claiming;

/// <summary>A claim as it was found or opened: whoever changes it after that has taken it over.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its row.</param>
/// <param name="ETag">The row's.</param>
/// <param name="IsResumed">True when it had been open before.</param>
public sealed record OpenClaim(string Name, RowValues Values, string ETag, bool IsResumed)
{
    /// <summary>How it ended; null while it is open.</summary>
    public ClaimDecision? Decision { get; } = ClaimDecision.From(Values);
}

/// <summary>
/// How a claim ended. It is written once, under the ETag of the attempt that decides; what any other attempt of the same
/// call has claimed beyond it goes back.
/// </summary>
/// <param name="IsSettled">True when the licenses are the caller's; false when all are given back.</param>
/// <param name="Licenses">The numbers of the caller's licenses; null where it was not written down.</param>
/// <param name="Available">How many there were when they were not enough.</param>
public sealed record ClaimDecision(bool IsSettled, IReadOnlySet<long>? Licenses, int Available)
{
    private const string Settled = "settled";
    private const string GivenBack = "given_back";
    private const string BeyondGenerator = "beyond_generator";

    /// <summary>True when nothing was given since the generator cannot make what was short.</summary>
    public bool IsBeyondGenerator { get; init; }

    /// <summary>Nobody waits for it any more.</summary>
    public static ClaimDecision Abandoned { get; } = new(false, new HashSet<long>(), 0);

    public static ClaimDecision Of(AssignmentResult result) =>
        new(result.Licenses.Count > 0, result.Licenses.Select(license => license.Id).ToHashSet(), result.Available) { IsBeyondGenerator = result.IsBeyondGenerator };

    public static ClaimDecision? From(RowValues row) => row.GetBoolean(Settled) || row.GetBoolean(GivenBack)
        ? new(row.GetBoolean(Settled), row.GetBoolean(GivenBack) ? new HashSet<long>() : Read(row.GetBinary("licenses")), (int)row.GetNumber("available"))
        {
            IsBeyondGenerator = row.GetBoolean(BeyondGenerator),
        }
        : null;

    /// <summary>Writes it into the row of a claim.</summary>
    public void Write(RowValues row)
    {
        row[Settled] = IsSettled;
        row[GivenBack] = !IsSettled;
        row["available"] = Available;
        row[BeyondGenerator] = IsBeyondGenerator;
        row["licenses"] = Licenses is { Count: > 0 } ? Bytes(Licenses) : null;
    }

    /// <summary>Ten thousand numbers in one property: each as what it is more than the one before.</summary>
    private static byte[] Bytes(IReadOnlySet<long> numbers)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        var last = 0L;
        foreach (var number in numbers.Order())
        {
            writer.Write7BitEncodedInt64(number - last);
            last = number;
        }

        writer.Flush();
        return bytes.ToArray();
    }

    private static HashSet<long>? Read(byte[]? bytes)
    {
        if (bytes is null)
            return null;
        var numbers = new HashSet<long>();
        using var reader = new BinaryReader(new MemoryStream(bytes));
        for (var last = 0L; reader.BaseStream.Position < bytes.Length;)
            numbers.Add(last += reader.Read7BitEncodedInt64());
        return numbers;
    }
}
