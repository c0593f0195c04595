namespace LicenseFunctions.Signing;

/// <summary>Nothing can be signed now. Never answered by an unsigned 200; the caller may try again.</summary>
public sealed class SigningUnavailableException : Exception
{
    public SigningUnavailableException()
        : this("Signing is not possible at the moment.")
    {
    }

    public SigningUnavailableException(string message)
        : base(message)
    {
    }

    public SigningUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>How long the caller should wait; the vault's own word where it gave one.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}
