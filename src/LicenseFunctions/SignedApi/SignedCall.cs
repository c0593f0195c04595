using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;

namespace LicenseFunctions.SignedApi;

/// <summary>What a handler is given: the fields of an admitted call.</summary>
/// <param name="Fields">What was sent.</param>
public sealed record SignedCall(SignedFields Fields)
{
    /// <summary>Set when the request names itself: what is made under its id is made once, however often it is sent.</summary>
    public Operation? Operation { get; init; }

    /// <summary>True when the license was made by this very call, of something sold elsewhere.</summary>
    public bool IsAdoption { get; init; }

    /// <summary>An answer signed by the global key.</summary>
    public static SignedAnswer Answer(ResultCode code, Action<WireJson>? fields = null) => new(code, null, fields);

    /// <summary>An answer signed by the product's own key where it has one.</summary>
    public static SignedAnswer AnswerFor(Product? product, ResultCode code, Action<WireJson>? fields = null) =>
        new(code, product?.SigningKeyName, fields);
}
