namespace LicenseFunctions.Signing;

/// <summary>What one request asked of the signer, for whoever wants to be told; nobody is counted unless that was begun.</summary>
public sealed class SignatureUse
{
    private static readonly AsyncLocal<SignatureUse?> OfRequest = new();

    private int _made;

    /// <summary>True when a signature was made for this request; else it was another's, or none was needed.</summary>
    public bool HasMade => Volatile.Read(ref _made) > 0;

    /// <summary>Begins to look at what is awaited from here.</summary>
    public static SignatureUse Begin() => OfRequest.Value = new();

    internal static void Made()
    {
        if (OfRequest.Value is { } use)
            Interlocked.Increment(ref use._made);
    }
}
