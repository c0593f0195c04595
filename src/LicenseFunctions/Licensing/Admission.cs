namespace LicenseFunctions.Licensing;

/// <summary>
/// What the caller's side of a request has come to, while the license's rows are being read: the two run at once, so
/// neither waits for the other longer than it must.
/// </summary>
/// <param name="Accepted">True when the caller may be counted against the license: the API key is a good one.</param>
/// <param name="Admitted">True when nothing on the caller's side refuses: access rules and the caller's own limit too.</param>
public sealed record Admission(Task<bool> Accepted, Task<bool> Admitted)
{
    private static readonly Task<bool> Yes = Task.FromResult(true);

    /// <summary>For APIs whose license key is the only credential.</summary>
    public static Admission Under(Task<bool> accessRules) => new(Yes, accessRules);

    /// <summary>True when the caller is known to be acceptable without waiting for a read that is still under way.</summary>
    public bool IsPresumed { get; init; }

    public bool MayPresume => IsPresumed || (Accepted.IsCompletedSuccessfully && Accepted.Result);
}
