using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LicenseFunctions.Http.MessageSignatures;
using LicenseFunctions.Signing;

namespace LicenseFunctions.DomainApi;

/// <summary>The three fields that a signed answer has.</summary>
public sealed record AnswerSignature(string ContentDigest, string Input, string Signature);

/// <summary>The signature that one request asked for. It stays the same as long as the answer does.</summary>
public sealed class AnswerSigning(SignatureRequest wanted, HttpRequest request, SigningKey key, SigningKeys keys, long created)
{
    private readonly CallSignature _own = new();

    /// <summary>Signs an answer. One over a limit is not signed, since the limit bounds how many signatures are made.</summary>
    /// <exception cref="SigningUnavailableException">Nothing can be signed now.</exception>
    public async Task<DomainAnswer> SignAsync(DomainAnswer answer, CancellationToken cancel)
    {
        if (answer.Error == DomainErrors.RateLimitExceeded)
            return answer;
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(answer.Body.Span))}:";
        var parameters = wanted.Parameters(key.KeyId, created);
        var text = Encoding.ASCII.GetBytes(Component.SignatureBase(
            wanted.Components.Select(each => (each, each.OfRequest ? RequestComponents.Find(request, each.Name)! : Of(answer, each.Name, digest))), parameters));
        // Without a nonce, requests of one second mostly ask for the very same signature.
        var signature = wanted.Nonce is null
            ? await keys.SignAsync(key, text, cancel).ConfigureAwait(false)
            : await _own.SignAsync(keys, key, text, cancel).ConfigureAwait(false);
        return answer.SignedBy(new(digest, $"{wanted.Label}={parameters}", $"{wanted.Label}=:{signature.Base64}:"));
    }

    private static string Of(DomainAnswer answer, string name, string digest) => name switch
    {
        "@status" => answer.Status.ToString(CultureInfo.InvariantCulture),
        "content-digest" => digest,
        "content-type" => DomainAnswer.ContentType,
        "content-length" => answer.Body.Length.ToString(CultureInfo.InvariantCulture),
        "cache-control" => DomainAnswer.CacheControl,
        _ => throw new InvalidOperationException($"Answers have no {name}."),
    };
}
