namespace LicenseFunctions.Storage;

/// <summary>The store is throttled, unreachable or slower than its deadline. The caller may try again.</summary>
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException()
        : this("The store did not answer in time.")
    {
    }

    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    public StorageUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>How long the caller should wait; the service's own word where it gave one.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}
