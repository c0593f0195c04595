using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;

namespace LicenseFunctions.Observability;

/// <summary>One queue of what is still to be told: how many, and how long the oldest has waited.</summary>
/// <param name="Name">Which queue.</param>
public sealed record Backlog(string Name, int Depth, TimeSpan Age);

/// <summary>The queues as a timer found them.</summary>
internal sealed record OutboxState(IReadOnlyList<Backlog> Backlogs, long FoundAt, TimeProvider Time)
{
    /// <summary>The timer comes every minute. Under the Functions host it comes to one instance of many, and to another one tomorrow.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(150);

    public bool IsCurrent => Time.GetElapsedTime(FoundAt) < Holds;
}

/// <summary>Looks at the queues for whoever watches them. Called by a timer, never by a request.</summary>
public sealed class OutboxGauge(LicenseOutbox outbox, Deliveries deliveries, Subscriptions subscriptions, Meters meters, TimeProvider time)
{
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (!meters.WatchesOutbox)
            return;
        var changes = await outbox.WaitingAsync(cancel).ConfigureAwait(false);
        var posts = await deliveries.WaitingAsync(Deliveries.PostUrls, cancel).ConfigureAwait(false);
        foreach (var subscription in await subscriptions.ListAsync(cancel).ConfigureAwait(false))
        {
            var (count, since) = await deliveries.WaitingAsync(subscription.Id, cancel).ConfigureAwait(false);
            posts = (posts.Count + count, Math.Min(posts.Since, since));
        }

        meters.Show(new([Of("changes", changes), Of("webhooks", posts)], time.GetTimestamp(), time));
    }

    private Backlog Of(string name, (int Count, long Since) waiting) => new(
        name, waiting.Count, waiting.Count == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - waiting.Since)));
}
