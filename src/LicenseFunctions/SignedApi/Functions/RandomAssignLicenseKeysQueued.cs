using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.Webhooks;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/random-assign-license-keys-queued: 807, and the answer of the direct call later by webhook, with the
/// caller's <c>identifier</c>; 805, 806 and 825 at once. Without a <c>webhook_url</c> the licenses are assigned all the same.
/// </summary>
public sealed class RandomAssignLicenseKeysQueued(SignedApiGate gate, AssignmentJobs jobs, AssignmentReader reader)
{
    private const int LongestUrl = 2000;
    private const int LongestIdentifier = 1000;

    [Function(nameof(RandomAssignLicenseKeysQueued))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/random-assign-license-keys-queued")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.RandomAssignLicenseKeysQueued, QueueAsync, cancel);

    private async Task<SignedAnswer> QueueAsync(SignedCall call, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var (url, identifier) = (call.Fields.Text(FieldNames.WebhookUrl), call.Fields.StoredText(FieldNames.JobIdentifier));
        if (call.Fields.IsStructured(FieldNames.WebhookUrl) || (url is not null && (url.Length > LongestUrl || !WebhookSender.IsTarget(url))))
            errors.Say("webhook_url", "Webhook URL must be an http or https address.");
        if (call.Fields.IsStructured(FieldNames.JobIdentifier) || identifier?.Length > LongestIdentifier)
            errors.Say("identifier", $"Identifier must be a text of at most {LongestIdentifier} characters.");
        var (order, refusal) = await reader.ReadAsync(call, errors, cancel).ConfigureAwait(false);
        if (order is null)
            return refusal!;
        await jobs.AddAsync(new AssignmentJob
        {
            Id = order.Claim,
            ProductId = order.ProductId,
            GeneratorId = order.Generator?.Id,
            Quantity = order.Quantity,
            Owner = order.Owner,
            WebhookUrl = url,
            Identifier = identifier,
        }, call.Operation is not null, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.RequestQueued);
    }
}
