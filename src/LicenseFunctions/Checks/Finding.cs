namespace LicenseFunctions.Checks;

/// <summary>One thing that is wrong in a store.</summary>
/// <param name="Check">Which check found it.</param>
/// <param name="Subject">What it is about: numbers and hashes, never a license key or an address.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="IsMended">True when it is so no more.</param>
public sealed record Finding(string Check, string Subject, string Problem, bool IsMended)
{
    public override string ToString() => $"{Check}: {Subject}: {Problem}{(IsMended ? " (mended)" : "")}";
}

/// <summary>What a run has found.</summary>
public sealed record CheckSummary(long Rows, int Tables, int Found, int Mended)
{
    public int Remaining => Found - Mended;
}
