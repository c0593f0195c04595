using LicenseFunctions.Signing;

namespace LicenseFunctions.KeyRotation;

/// <summary>How a step of a rotation ended.</summary>
public enum KeyRotationResult
{
    /// <summary>As asked.</summary>
    Done,

    /// <summary>It was so already; nothing changed.</summary>
    Already,

    /// <summary>The plan knew it and the signer did not have it: it is there again, and plays the part that it had.</summary>
    Restored,

    /// <summary>No key has the name.</summary>
    UnknownName,

    /// <summary>No version of the name has the key id, or none is to be retired.</summary>
    UnknownVersion,

    /// <summary>Another version is announced; it has to be rotated to, or retired, first.</summary>
    AnotherIsAnnounced,

    /// <summary>It signs, or is about to.</summary>
    InUse,

    /// <summary>Answers signed with it may still be young.</summary>
    TooYoung,

    /// <summary>API keys are pinned to it.</summary>
    Pinned,
}

/// <summary>What came of a step.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Version">The version that it was about.</param>
/// <param name="At">When the version signs, or may be retired, in Unix milliseconds.</param>
public sealed record KeyRotationOutcome(KeyRotationResult Result, PlannedVersion? Version = null, long? At = null)
{
    /// <summary>The ids of the API keys that are, or were made to be, pinned.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];
}

/// <summary>What there is to say of one version.</summary>
/// <param name="State">current, announced, previous, retired, unused (in no plan) or missing (in the plan, and gone).</param>
/// <param name="Key">What the signer has; null when it is retired or gone.</param>
/// <param name="Planned">What the plan says; null when there is none, or it does not know the version.</param>
/// <param name="Until">When it stopped signing, or stops.</param>
public sealed record ListedVersion(string Name, string Version, string KeyId, string State, SigningKey? Key, PlannedVersion? Planned, long? Until);
