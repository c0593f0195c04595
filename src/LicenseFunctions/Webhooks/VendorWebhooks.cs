using LicenseFunctions.Licensing.Events;

namespace LicenseFunctions.Webhooks;

/// <summary>What an operator does with subscriptions and what could not be delivered to them.</summary>
public sealed class VendorWebhooks(Subscriptions subscriptions, Deliveries deliveries, WebhookSecrets secrets, TimeProvider time)
{
    /// <summary>Adds a subscription. Its secret is answered here and never again.</summary>
    /// <param name="url">An address for which <see cref="WebhookSender.IsTarget"/> holds.</param>
    /// <param name="events">Names of <see cref="EventNames"/>.</param>
    /// <param name="secret">Null to make one.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<(Subscription Subscription, string Secret)> AddAsync(string url, IReadOnlyList<string> events, string? secret, CancellationToken cancel)
    {
        if (!WebhookSender.IsTarget(url) || events.Count == 0 || events.Except(EventNames.All).Any())
            throw new ArgumentException("A webhook has an http or https address and known events.");
        var given = secret ?? WebhookSecrets.New();
        var draft = new Subscription
        {
            Id = Guid.NewGuid().ToString("N")[..12],
            Url = url,
            Events = [.. events.Distinct()],
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        var subscription = await secrets.SealAsync(draft, given, cancel).ConfigureAwait(false);
        await subscriptions.AddAsync(subscription, cancel).ConfigureAwait(false);
        return (subscription, given);
    }

    public Task<IReadOnlyList<Subscription>> ListAsync(CancellationToken cancel) => subscriptions.ListAsync(cancel);

    /// <summary>Removes a subscription with all that waits for it. False when there is none.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancel)
    {
        if (!await subscriptions.RemoveAsync(id, cancel).ConfigureAwait(false))
            return false;
        await deliveries.RemoveAllAsync(id, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>What was given up: of one subscription (or <see cref="Deliveries.PostUrls"/>), or of all.</summary>
    public async Task<IReadOnlyList<Delivery>> DeadAsync(string? id, CancellationToken cancel)
    {
        string[] partitions = id is not null ? [id]
            : [.. (await subscriptions.ListAsync(cancel).ConfigureAwait(false)).Select(each => each.Id), Deliveries.PostUrls];
        var dead = new List<Delivery>();
        foreach (var partition in partitions)
            dead.AddRange(await deliveries.DeadAsync(partition, cancel).ConfigureAwait(false));
        return dead;
    }

    /// <summary>Tries what was given up once more, for another day. Answers how many that are; null when there is no such subscription.</summary>
    public async Task<int?> ReplayAsync(string id, CancellationToken cancel) =>
        id == Deliveries.PostUrls || (await subscriptions.ListAsync(cancel).ConfigureAwait(false)).Any(each => each.Id == id)
            ? await deliveries.ReplayAsync(id, cancel).ConfigureAwait(false)
            : null;
}
