using System.Text;
using System.Text.RegularExpressions;

namespace LicenseFunctions.Tests.Support;

/// <summary>What must be found nowhere: everything of these forms, and the given texts in any of the ways texts are written.</summary>
public sealed partial class Canaries(params string[] secrets)
{
    private readonly string[] _written = [.. secrets.SelectMany(Ways).Distinct(StringComparer.Ordinal)];

    /// <summary>The lines that hold a secret, shortened to what is round it.</summary>
    public string[] FoundIn(IEnumerable<string> lines) => [.. lines.SelectMany(In).Distinct().Take(20)];

    private IEnumerable<string> In(string line)
    {
        foreach (var secret in _written.Where(each => line.Contains(each, StringComparison.OrdinalIgnoreCase)))
            yield return $"{secret} in: {line[..Math.Min(line.Length, 400)]}";
        foreach (var match in Forms().Matches(line).Select(match => match.Value))
            yield return $"{match} in: {line[..Math.Min(line.Length, 400)]}";
    }

    private static IEnumerable<string> Ways(string secret) =>
    [
        secret, Uri.EscapeDataString(secret), Uri.EscapeDataString(Uri.EscapeDataString(secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('='), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)),
        secret.Replace("/", "\\/", StringComparison.Ordinal),
    ];

    /// <summary>API keys, download tokens, webhook secrets, license keys as tests make them, e-mail addresses, bearer tokens.</summary>
    [GeneratedRegex(@"lk_[A-Za-z0-9_-]{40}|dl_[A-Za-z0-9_-]{40}|whsec_[0-9a-f]{16}|LIC-[0-9]{4}-[0-9A-F]{8}|[a-z0-9.]+(@|%40)[a-z0-9-]+\.[a-z]+|Bearer (?!authorization=)[A-Za-z0-9._-]{8}|SharedKey\w* \w+:", RegexOptions.IgnoreCase)]
    private static partial Regex Forms();
}
