using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Faults;

/// <summary>What came of one cell.</summary>
/// <param name="Failure">What is wrong; null when nothing is.</param>
/// <param name="HasStruck">False when the request never came to that operation.</param>
/// <param name="IsUnavailable">True when the fault was answered as a 503.</param>
internal sealed record CellResult(string? Failure, bool HasStruck, bool IsUnavailable);

/// <summary>The cells of a matrix, by endpoint and fault.</summary>
internal sealed class FaultTable
{
    private readonly ConcurrentBag<(string Endpoint, string Fault, CellResult Result)> _cells = [];

    /// <summary><c>all</c>; a number N for one cell in N; nothing for the part that runs with the other tests.</summary>
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("FAULTS");

    /// <summary>
    /// What a request may take, whatever happens to its store or vault, and what the machine may add: much beside all the
    /// other tests, little in a run of its own.
    /// </summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(8 + (IsLong ? 4 : 52));

    public static bool IsLong => !string.IsNullOrEmpty(Wanted);

    public IReadOnlyList<string> Failures => [.. _cells.Where(cell => cell.Result.Failure is not null)
        .Select(cell => $"{cell.Endpoint} {cell.Fault}: {cell.Result.Failure}").Order(StringComparer.Ordinal)];

    /// <summary>True in the whole matrix; else for the same part of the cells each time.</summary>
    public static bool IsDue(string cell, int oneIn) =>
        Wanted == "all" || SHA256.HashData(Encoding.UTF8.GetBytes(cell))[0] % (int.TryParse(Wanted, out var some) && some > 0 ? some : oneIn) == 0;

    public void Add(string endpoint, string fault, CellResult result) => _cells.Add((endpoint, fault, result));

    /// <summary>For each endpoint and fault how many cells there were, and how many of them answered 503.</summary>
    public void Print(ITestOutputHelper output)
    {
        var struck = _cells.Where(cell => cell.Result.HasStruck).ToArray();
        var faults = struck.Select(cell => cell.Fault).Distinct().Order(StringComparer.Ordinal).ToArray();
        output.WriteLine($"{"cells (of them answered 503)",-40}{string.Concat(faults.Select(fault => $"{fault,16}"))}");
        foreach (var endpoint in struck.GroupBy(cell => cell.Endpoint).OrderBy(group => group.Key, StringComparer.Ordinal))
            output.WriteLine($"{endpoint.Key,-40}{string.Concat(faults.Select(fault => $"{Count(endpoint.Where(cell => cell.Fault == fault)),16}"))}");
        output.WriteLine($"{"all",-40}{string.Concat(faults.Select(fault => $"{Count(struck.Where(cell => cell.Fault == fault)),16}"))}");
        output.WriteLine($"{struck.Length} cells, {_cells.Count - struck.Length} without the operation or its condition, {Failures.Count} failures");
        foreach (var failure in Failures)
            output.WriteLine(failure);
    }

    private static string Count(IEnumerable<(string Endpoint, string Fault, CellResult Result)> cells)
    {
        var all = cells.ToArray();
        return all.Length == 0 ? "-" : $"{all.Length} ({all.Count(cell => cell.Result.IsUnavailable)})";
    }
}
