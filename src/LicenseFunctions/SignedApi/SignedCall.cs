using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>What a handler is given: the fields of an admitted call.</summary>
/// <param name="Fields">What was sent.</param>
public sealed record SignedCall(SignedFields Fields)
{
    /// <summary>An answer signed by the global key.</summary>
    public static SignedAnswer Answer(ResultCode code, Action<WireJson>? fields = null) => new(code, null, fields);

    /// <summary>An answer signed by the product's own key where it has one.</summary>
    public static SignedAnswer AnswerFor(Product? product, ResultCode code, Action<WireJson>? fields = null) =>
        new(code, product?.SigningKeyName, fields);
}
