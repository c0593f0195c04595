using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace LicenseFunctions.Chaos;

/// <summary>What was seen: how often what was answered, the longest wait, and everything that must not be.</summary>
/// <param name="slack">What a slow machine may add to a wait.</param>
internal sealed class Ledger(TimeSpan slack)
{
    /// <summary>Work on one license has 8 seconds; what is above this has waited for somebody else.</summary>
    private static readonly TimeSpan OneLicense = TimeSpan.FromSeconds(10);

    /// <summary>What concerns many has 8 seconds for each step, and 8 to wait for an earlier attempt of the same request.</summary>
    private static readonly TimeSpan Many = TimeSpan.FromSeconds(20);

    private static readonly string[] OfOneLicense = ["activate", "deactivate", "verify", "update-license-key", "license-key-meta", "delete-license-key", "assign-license-key"];

    /// <summary>Of one kind, so that many of one do not hide another.</summary>
    private const int MostOfOneKind = 200;

    private readonly ConcurrentDictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly List<double> _waits = [];
    private double _longest;
    private string _longestOf = "";

    public IReadOnlyCollection<string> Violations => _violations;

    public int Answered => _counts.GetValueOrDefault("answered");

    public IEnumerable<string> Lines() => _counts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key}: {each.Value}");

    public int Of(string what) => _counts.GetValueOrDefault(what);

    public void Count(string what, int by = 1) => _counts.AddOrUpdate(what, by, (_, before) => before + by);

    /// <summary>Keeps the largest.</summary>
    public void Most(string what, int value) => _counts.AddOrUpdate(what, value, (_, before) => Math.Max(before, value));

    /// <param name="what">What must not be.</param>
    /// <param name="kind">Who saw it, unless it says otherwise.</param>
    public void Violate(string what, [CallerFilePath] string kind = "")
    {
        if (_kinds.AddOrUpdate(kind, 1, (_, before) => before + 1) <= MostOfOneKind)
            _violations.Enqueue(what);
    }

    public void Waited(string path, TimeSpan wait)
    {
        lock (_waits)
        {
            _waits.Add(wait.TotalMilliseconds);
            if (wait.TotalMilliseconds > _longest)
                (_longest, _longestOf) = (wait.TotalMilliseconds, path);
        }

        if (wait > slack + (OfOneLicense.Any(each => path.EndsWith(each, StringComparison.Ordinal)) ? OneLicense : Many))
            Violate($"{path} waited {wait.TotalSeconds:F1} s, past its deadline", kind: "wait");
    }

    /// <summary>In milliseconds: half of the requests waited less than the first, 99 of 100 less than the second, all at most the third.</summary>
    public (double Median, double P99, double Longest, string Of) Waits()
    {
        lock (_waits)
        {
            var sorted = _waits.Order().ToArray();
            return sorted.Length == 0 ? default : (sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100], _longest, _longestOf);
        }
    }
}
