using LicenseFunctions.Licensing.Claiming;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/random-assign-license-keys: 803 with the licenses, all that were asked for; 802 there are not enough; 825 the
/// generator cannot make what is short; 805, 806 and 825 as <see cref="AssignmentReader"/> says.
/// </summary>
public sealed class RandomAssignLicenseKeys(SignedApiGate gate, RandomAssignment assignment, AssignmentReader reader)
{
    [Function(nameof(RandomAssignLicenseKeys))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/random-assign-license-keys")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.RandomAssignLicenseKeys, AssignAsync, cancel);

    private async Task<SignedAnswer> AssignAsync(SignedCall call, CancellationToken cancel)
    {
        var (order, refusal) = await reader.ReadAsync(call, new(), cancel).ConfigureAwait(false);
        return order is null ? refusal! : AssignmentAnswers.Of(await assignment.AssignAsync(order, call.Operation, cancel).ConfigureAwait(false));
    }
}
