using System.Text;
using LicenseFunctions.Http;
using LicenseFunctions.Http.MessageSignatures;
using LicenseFunctions.Signing;

namespace LicenseFunctions.DomainApi;

/// <summary>
/// Signs answers for callers that ask for it, by HTTP Message Signatures (RFC 9421) with the global key. Who asks and
/// cannot be served is refused before anything is done: he must not take an unsigned answer for one that had no choice.
/// </summary>
public sealed class AnswerSigner(SigningKeys keys, TimeProvider time)
{
    /// <summary>The parts of an answer that every answer has.</summary>
    private static readonly string[] OfAnswer = ["@status", "content-digest", "content-type", "content-length", "cache-control"];

    /// <summary>What a request asks for: nothing, a signature, or one that cannot be made.</summary>
    /// <exception cref="SigningUnavailableException">Nothing can be signed now.</exception>
    public ValueTask<(AnswerSigning? Signing, string? Flaw)> ReadAsync(HttpRequest request, RequestFields fields, CancellationToken cancel) =>
        // An empty dictionary asks for nothing.
        string.IsNullOrWhiteSpace(request.Headers[SignatureRequest.Header]) ? default : ReadWantedAsync(request, fields, cancel);

    private async ValueTask<(AnswerSigning? Signing, string? Flaw)> ReadWantedAsync(HttpRequest request, RequestFields fields, CancellationToken cancel)
    {
        var key = await keys.GlobalAsync(cancel).ConfigureAwait(false);
        string? first = null;
        foreach (var (wanted, malformed) in SignatureRequest.Read(request))
        {
            var flaw = malformed ?? FlawOf(wanted!, request, fields, key);
            // One signature an answer: each costs an operation of the key.
            if (flaw is null)
                return (new(wanted!, request, key, keys, time.GetUtcNow().ToUnixTimeSeconds()), null);
            first ??= flaw;
        }

        return (null, first);
    }

    private static string? FlawOf(SignatureRequest wanted, HttpRequest request, RequestFields fields, SigningKey key)
    {
        if (wanted.KeyId is { } id && id != key.KeyId)
            return $"{SignatureRequest.Header}: {wanted.Label} asks for a key that does not sign here; the first one of the key set does.";
        if (!wanted.Components.Contains(new("content-digest", false)))
            return $"{SignatureRequest.Header}: {wanted.Label} does not cover content-digest, so it would say nothing of the answer.";
        foreach (var component in wanted.Components)
        {
            var exists = component.OfRequest
                ? RequestComponents.Find(request, component.Name) is { } value && Ascii.IsValid(value)
                : OfAnswer.Contains(component.Name, StringComparer.Ordinal);
            if (!exists)
                return $"{SignatureRequest.Header}: there is no {component}; of the answer {string.Join(", ", OfAnswer)} can be covered.";
            if (component.OfRequest && !RequestComponents.IsTrue(request, component.Name, fields.Body))
                return "Content-Digest is not that of the body, or is neither sha-256 nor sha-512.";
        }

        return null;
    }
}
