using System.Globalization;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Importing;

namespace LicenseFunctions.Cli;

/// <summary>Reads a license from the columns of a line; says what is wrong with them, without quoting any.</summary>
internal sealed class LicenseColumns(long productId, bool areDomains, long now)
{
    public const string Key = "license_key";

    private const int LongestKey = License.LongestKey;
    private const int LongestName = 255;
    private const long MostDays = 1_000_000;
    private const long Day = 86_400_000;

    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    /// <summary>All there are; only the first is needed.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Key, "status", "owner_name", "owner_email", "activation_limit", "validity", "assigned_at", "expires_at", "created_at", "identifiers", "activated_at"];

    /// <exception cref="FormatException">With what is wrong.</exception>
    public ImportedLicense Read(Func<string, string?> column)
    {
        string? Text(string name) => Separators(column(name)) is { Length: > 0 } text ? text : null;
        var activations = Activations(Text("identifiers"), Text("activated_at"));
        var (assignedAt, createdAt) = (Instant(Text("assigned_at"), "assigned_at"), Instant(Text("created_at"), "created_at"));
        var (owner, email) = (Short(Text("owner_name"), "owner_name"), Short(Text("owner_email"), "owner_email"));
        var expiresAt = Instant(Text("expires_at"), "expires_at");
        var isSold = activations.Count > 0 || assignedAt is not null || expiresAt is not null || owner is not null || email is not null;
        var license = new License
        {
            Key = ReadKey(Text(Key)),
            Id = 0,
            ProductId = productId,
            Status = Status(Text("status"), isSold),
            OwnerName = owner,
            OwnerEmail = email,
            ActivationLimit = Text("activation_limit") == "unlimited" ? 0 : Number(Text("activation_limit"), "activation_limit", int.MaxValue) ?? 1,
            ValidityDays = Number(Text("validity"), "validity", MostDays) ?? 0,
            AssignedAt = assignedAt,
            CreatedAt = createdAt ?? 0,
        };
        Check(license, activations, expiresAt, Text("validity") is not null);
        if (license.IsAssigned)
            license = Sold(license, assignedAt ?? createdAt ?? now, expiresAt, isStartKnown: assignedAt is not null);
        return new(license, activations)
        {
            IsAssignedAtKnown = assignedAt is not null, IsCreatedAtKnown = createdAt is not null, IsExpiryKnown = expiresAt is not null,
        };
    }

    private static void Check(License license, List<ImportedActivation> activations, long? expiresAt, bool hasValidity)
    {
        Refuse(hasValidity && expiresAt is not null, "has both validity and expires_at");
        Refuse(!license.IsAssigned && (activations.Count > 0 || license.AssignedAt is not null || expiresAt is not null), "is not sold by its status, but has assigned_at, expires_at or identifiers");
        Refuse(license.ActivationLimit > 0 && activations.Count > license.ActivationLimit, "has more identifiers than activation_limit");
        Refuse(expiresAt <= license.AssignedAt, "has expires_at before assigned_at");
    }

    /// <summary>A license holds whole days from its assignment: the expiry is kept exactly, the assignment moved back by less than one.</summary>
    private License Sold(License license, long start, long? expiresAt, bool isStartKnown)
    {
        if (expiresAt is { } end)
        {
            var days = Math.Max(1, (end - start + Day - 1) / Day);
            Refuse(days > MostDays, "has expires_at too far away");
            license = license with { ValidityDays = days, AssignedAt = end - (days * Day) };
        }
        else
        {
            license = license with { AssignedAt = start };
        }

        Refuse(isStartKnown && license.AssignedAt < 0, "has assigned_at before 1970");
        // What was over before it came is no news.
        return license.IsExpiredAt(now) ? license with { ExpiryTold = license.ExpiresAt } : license;
    }

    private static string ReadKey(string? key)
    {
        Refuse(key is null, "has no license_key");
        Refuse(key!.Length > LongestKey, $"has a license_key of more than {LongestKey} characters");
        Refuse(key.Any(char.IsControl) || char.IsWhiteSpace(key[0]) || char.IsWhiteSpace(key[^1]), "has a license_key with blanks around it or control characters");
        return key;
    }

    private static LicenseStatus Status(string? text, bool isSold)
    {
        if (text is null)
            return isSold ? LicenseStatus.Assigned : LicenseStatus.Available;
        foreach (var status in Enum.GetValues<LicenseStatus>())
        {
            if (status.ToWire() == text)
                return status;
        }

        throw new FormatException($"has a status that is none of {string.Join(", ", Enum.GetValues<LicenseStatus>().Select(LicenseStatuses.ToWire))}");
    }

    private List<ImportedActivation> Activations(string? identifiers, string? instants)
    {
        var names = identifiers?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var times = instants?.Split('|', StringSplitOptions.TrimEntries) ?? [];
        Refuse(times.Length > 1 && times.Length != names.Length, "has not one activated_at for each of its identifiers");
        var activations = names.Select((name, i) => new ImportedActivation(
            Identifier(name), times.Length == 0 ? null : Instant(times[times.Length == 1 ? 0 : i], "activated_at"))).ToList();
        Refuse(activations.DistinctBy(each => each.Identifier, StringComparer.Ordinal).Count() < activations.Count, "has an identifier twice");
        return activations;
    }

    private string Identifier(string text)
    {
        Refuse(text.Length > LongestKey, $"has an identifier of more than {LongestKey} characters");
        if (!areDomains)
            return text;
        Refuse(!HostName.TryNormalize(text, out var host), "has an identifier that is not a domain");
        return host;
    }

    private static string? Short(string? text, string name)
    {
        Refuse(text?.Length > LongestName, $"has {name} of more than {LongestName} characters");
        return text;
    }

    private static long? Number(string? text, string name, long most)
    {
        if (text is null)
            return null;
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        Refuse(!isNumber || number > most, $"has {name} that is not a whole number of at most {most}");
        return number;
    }

    private static long? Instant(string? text, string name)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var isInstant = DateTimeOffset.TryParseExact(
            text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant);
        Refuse(!isInstant || instant.Year < 1970, $"has {name} that is not an instant such as 2026-01-31T12:00:00Z or 2026-01-31");
        return instant.ToUnixTimeMilliseconds();
    }

    /// <summary>As requests are read, which clients write differently.</summary>
    private static string? Separators(string? text) =>
        text?.Replace("\u2028", "", StringComparison.Ordinal).Replace("\u2029", "", StringComparison.Ordinal);

    private static void Refuse(bool isWrong, string why)
    {
        if (isWrong)
            throw new FormatException(why);
    }
}
