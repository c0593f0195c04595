using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;

namespace LicenseFunctions.SignedApi;

/// <summary>What a handler is given: the fields of an admitted call.</summary>
/// <param name="Fields">What was sent.</param>
public sealed record SignedCall(SignedFields Fields)
{
    /// <summary>Set when the request names itself: what is made under its id is made once, however often it is sent.</summary>
    public Operation? Operation { get; init; }

    /// <summary>
    /// Keeps the answer to a change that is about to be made, where the request names itself: an attempt that goes on from
    /// a dead one finds the thing gone, or there, and could not tell by whom. To be called once nothing stands against it.
    /// </summary>
    public Task IntendAsync(SignedAnswer answer) => Operation is { Planned: null } operation
        ? operation.PlanAsync(new(answer.Record(DateTimeOffset.FromUnixTimeMilliseconds(operation.BeganAt))))
        : Task.CompletedTask;

    /// <summary>An answer signed by the global key.</summary>
    public static SignedAnswer Answer(ResultCode code, Action<WireJson>? fields = null) => new(code, null, fields);

    /// <summary>An answer signed by the product's own key where it has one.</summary>
    public static SignedAnswer AnswerFor(Product? product, ResultCode code, Action<WireJson>? fields = null) =>
        new(code, product?.SigningKeyName, fields);
}
