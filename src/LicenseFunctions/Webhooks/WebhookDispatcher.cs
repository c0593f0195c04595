using System.Collections.Concurrent;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Observability;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Webhooks;

/// <summary>
/// Posts what is due. Each subscription has its own turns, one at a time, so that a slow target keeps no other waiting; and
/// a turn ends at the first batch of which nothing arrives, so that whoever waits for it waits for one time-out.
/// </summary>
public sealed class WebhookDispatcher(
    Subscriptions subscriptions, Deliveries deliveries, WebhookSender sender, WebhookSecrets secrets, TimeProvider time, Meters meters,
    ILogger<WebhookDispatcher> logger)
{
    /// <summary>Taken and posted at once.</summary>
    private const int MostTaken = 8;

    /// <summary>How often a turn was asked for while it was under way.</summary>
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>Called by a timer, and right after a change in this process. A turn that is under way looks once more.</summary>
    public async Task RunDueAsync(CancellationToken cancel)
    {
        var wanted = await subscriptions.CurrentAsync(cancel).ConfigureAwait(false);
        await Task.WhenAll(wanted.Subscriptions.Append(null).Select(each => RunAsync(each, cancel))).ConfigureAwait(false);
    }

    /// <summary>Called by a timer once in a while.</summary>
    public async Task ForgetAsync(CancellationToken cancel)
    {
        foreach (var partition in (await subscriptions.ListAsync(cancel).ConfigureAwait(false)).Select(each => each.Id).Append(Deliveries.PostUrls))
            await deliveries.ForgetAsync(partition, cancel).ConfigureAwait(false);
    }

    /// <summary>One subscription's turn; none stands for those that named an address themselves.</summary>
    private async Task RunAsync(Subscription? subscription, CancellationToken cancel)
    {
        var partition = subscription?.Id ?? Deliveries.PostUrls;
        if (_asked.AddOrUpdate(partition, 1, (_, asked) => asked + 1) > 1)
            return;
        var isOver = false;
        try
        {
            int asked;
            do
                asked = _asked[partition];
            while (await DrainAsync(subscription, partition, cancel).ConfigureAwait(false) && !(isOver = _asked.TryRemove(new(partition, asked))));
        }
        catch (Exception e) when (e is StorageUnavailableException or SigningUnavailableException)
        {
            // What was taken is due again when its lease is over.
            Log.Unavailable(logger, nameof(WebhookDispatcher), e.Message);
        }
        finally
        {
            if (!isOver)
                _asked.TryRemove(partition, out _);
        }
    }

    /// <summary>Posts until nothing more is due. False when the target does not take it: the rest has to wait.</summary>
    private async Task<bool> DrainAsync(Subscription? subscription, string partition, CancellationToken cancel)
    {
        while (true)
        {
            var due = await deliveries.TakeDueAsync(partition, MostTaken, cancel).ConfigureAwait(false);
            var arrived = await Task.WhenAll(due.Select(delivery => PostAsync(subscription, delivery, cancel))).ConfigureAwait(false);
            if (due.Count < MostTaken)
                return true;
            // Of those that named an address, the next one may be another's.
            if (subscription is not null && !Array.Exists(arrived, each => each))
                return false;
        }
    }

    private async Task<bool> PostAsync(Subscription? subscription, Delivery delivery, CancellationToken cancel)
    {
        var headers = new Dictionary<string, string> { ["X-Webhook-Id"] = delivery.EventId, ["X-Webhook-Event"] = delivery.Event };
        if (subscription is not null)
        {
            var secret = await secrets.OpenAsync(subscription, cancel).ConfigureAwait(false);
            headers["X-Webhook-Signature"] = WebhookSecrets.Sign(secret, time.GetUtcNow().ToUnixTimeSeconds(), delivery.Body);
        }

        var outcome = await sender.PostAsync(delivery.Url ?? subscription!.Url, delivery.Body, cancel, [.. headers.Select(header => (header.Key, header.Value))]).ConfigureAwait(false);
        if (outcome == WebhookOutcome.Delivered)
        {
            await deliveries.FinishAsync(delivery).ConfigureAwait(false);
            return true;
        }

        var isAlive = await deliveries.PostponeAsync(delivery, outcome == WebhookOutcome.Forbidden).ConfigureAwait(false);
        if (!isAlive)
            meters.CountDeadLetter();
        Log.WebhookFailed(logger, delivery.Partition, delivery.EventId, outcome, !isAlive);
        return false;
    }
}
