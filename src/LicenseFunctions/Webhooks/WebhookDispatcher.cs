using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Webhooks;

/// <summary>Posts what is due. Each target has its own turn, so that a slow one keeps no other waiting.</summary>
public sealed class WebhookDispatcher(
    Subscriptions subscriptions, Deliveries deliveries, WebhookSender sender, WebhookSecrets secrets, TimeProvider time, ILogger<WebhookDispatcher> logger)
{
    /// <summary>Taken at once: so few that, a few at a time, the last of them is posted before its lease is over.</summary>
    private const int MostTaken = 32;

    private const int AtOnce = 8;

    /// <summary>Called by a timer, and right after a change in this process.</summary>
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
        try
        {
            int taken;
            do
            {
                var due = await deliveries.TakeDueAsync(subscription?.Id ?? Deliveries.PostUrls, MostTaken, cancel).ConfigureAwait(false);
                taken = due.Count;
                await Parallel.ForEachAsync(
                    due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
                    async (delivery, token) => await PostAsync(subscription, delivery, token).ConfigureAwait(false)).ConfigureAwait(false);
            }
            while (taken == MostTaken);
        }
        catch (Exception e) when (e is StorageUnavailableException or SigningUnavailableException)
        {
            // What was taken is due again when its lease is over.
            Log.Unavailable(logger, nameof(WebhookDispatcher), e.Message);
        }
    }

    private async Task PostAsync(Subscription? subscription, Delivery delivery, CancellationToken cancel)
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
            return;
        }

        var isAlive = await deliveries.PostponeAsync(delivery, outcome == WebhookOutcome.Forbidden).ConfigureAwait(false);
        Log.WebhookFailed(logger, delivery.Partition, delivery.EventId, outcome, !isAlive);
    }
}
