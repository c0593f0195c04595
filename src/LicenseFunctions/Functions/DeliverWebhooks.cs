using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Webhooks;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every ten seconds: posts what is due. Every minute: tells of what has expired. Every night: forgets what is long done.</summary>
public sealed class DeliverWebhooks(WebhookDispatcher dispatcher, ExpiredLicenses expired)
{
    [Function(nameof(DeliverWebhooks))]
    public Task Run([TimerTrigger("*/10 * * * * *")] TimerInfo timer, CancellationToken cancel) => dispatcher.RunDueAsync(cancel);

    [Function(nameof(RaiseExpired))]
    public Task RaiseExpired([TimerTrigger("15 * * * * *")] TimerInfo timer, CancellationToken cancel) => expired.RaiseAsync(cancel);

    [Function(nameof(ForgetDelivered))]
    public Task ForgetDelivered([TimerTrigger("0 37 3 * * *")] TimerInfo timer, CancellationToken cancel) => dispatcher.ForgetAsync(cancel);
}
