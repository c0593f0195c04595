namespace LicenseFunctions.SignedApi;

/// <summary>What a signature of the signed API covers.</summary>
public enum SignedPayload
{
    /// <summary>The characters of <c>response_base64</c>.</summary>
    ResponseBase64,

    /// <summary>The JSON of the whole envelope without its <c>signature</c>, slashes and Unicode unescaped.</summary>
    Envelope,
}
