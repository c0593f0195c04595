namespace LicenseFunctions.Observability;

/// <summary>
/// How often one request waits for the store, operations under way together counted once. Requests that join another one's
/// commit share its trips; they count for the one that began it.
/// </summary>
internal sealed class StoreTrips
{
    private static readonly AsyncLocal<StoreTrips?> OfRequest = new();

    private int _underWay;
    private int _made;

    public int Made => Volatile.Read(ref _made);

    /// <summary>Begins to count for what is awaited from here.</summary>
    public static StoreTrips Begin() => OfRequest.Value = new();

    /// <summary>An operation begins; null when no request is measured.</summary>
    public static StoreTrips? Enter()
    {
        if (OfRequest.Value is not { } trips)
            return null;
        if (Interlocked.Increment(ref trips._underWay) == 1)
            Interlocked.Increment(ref trips._made);
        return trips;
    }

    public void Leave() => Interlocked.Decrement(ref _underWay);
}
