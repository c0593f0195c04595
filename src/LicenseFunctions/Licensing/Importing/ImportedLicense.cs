namespace LicenseFunctions.Licensing.Importing;

/// <summary>An identifier that was active in another system.</summary>
/// <param name="Identifier">As requests will send it.</param>
/// <param name="ActivatedAt">Since when, in Unix milliseconds; null when that is not known.</param>
public sealed record ImportedActivation(string Identifier, long? ActivatedAt);

/// <summary>A license of another system.</summary>
/// <param name="Draft">What it shall be here; its number and its revision do not matter.</param>
/// <param name="Activations">Different identifiers.</param>
public sealed record ImportedLicense(License Draft, IReadOnlyList<ImportedActivation> Activations)
{
    /// <summary>False where nothing was said, and the draft holds the instant of the import.</summary>
    public bool IsAssignedAtKnown { get; init; }

    /// <summary>False where nothing was said.</summary>
    public bool IsCreatedAtKnown { get; init; }

    /// <summary>What was said of the expiry; the instant of the assignment follows from it where that is not known.</summary>
    public bool IsExpiryKnown { get; init; }
}

/// <summary>What became, or would become, of a license of another system.</summary>
public enum ImportOutcome
{
    /// <summary>It was made, or would be.</summary>
    Created,

    /// <summary>It was made before with some of its activations; the others were added, or would be.</summary>
    Completed,

    /// <summary>It is here, the same.</summary>
    AlreadyThere,

    /// <summary>There is another license of its key.</summary>
    Refused,
}

/// <summary>The outcome, and for a refusal why.</summary>
public sealed record ImportVerdict(ImportOutcome Outcome, string Reason = "");
