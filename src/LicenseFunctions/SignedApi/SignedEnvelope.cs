using System.Globalization;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Http;
using LicenseFunctions.Limits;
using LicenseFunctions.Signing;

namespace LicenseFunctions.SignedApi;

/// <summary>A signed answer, ready to be sent.</summary>
public sealed class SignedEnvelope : ICodedResult
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly SignedAnswer _answer;
    private readonly string _keyId;
    private readonly long _retryAfter;

    private SignedEnvelope(SignedAnswer answer, string keyId, ReadOnlyMemory<byte> body, long retryAfter) =>
        (_answer, _keyId, _body, _retryAfter) = (answer, keyId, body, retryAfter);

    /// <summary>What names the signing key beside the document.</summary>
    public const string KeyIdHeader = "X-Signature-Key-Id";

    /// <summary>The whole document.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    public string KeyId => _keyId;

    /// <summary>Of an answer that was kept: what it says.</summary>
    public string Code => _answer.Recorded is { } recorded ? CodeIn(recorded.Response) : _answer.Code.Code.ToString(CultureInfo.InvariantCulture);

    public LimitKind LimitedBy => _answer.LimitedBy;

    private SignedEnvelope(SignedAnswer answer, SignedEnvelope other)
        : this(answer, other._keyId, other._body, other._retryAfter)
    {
    }

    /// <summary>Writes the <c>response</c>, signs what the setting says, and puts the envelope round it.</summary>
    /// <exception cref="SigningUnavailableException">Nothing can be signed now.</exception>
    public static async Task<SignedEnvelope> SealAsync(
        SignedAnswer answer, SigningKeys keys, SignedPayload mode, RecentEnvelopes? recent, DateTimeOffset now, CancellationToken cancel)
    {
        // The key first: whether a product's key exists decides what the envelope says of it.
        var own = answer.SigningKeyName is { } name ? await keys.FindAsync(name, answer.SigningKeyIds, cancel).ConfigureAwait(false) : null;
        var key = own ?? await keys.GlobalAsync(answer.SigningKeyIds, cancel).ConfigureAwait(false);
        var keyUsed = own is null ? "global" : "product";
        var retryAfter = answer.Limit is { } limit ? RetryAfterSeconds(limit, now) : 0;
        var contents = new EnvelopeContents(answer.Code, keyUsed, key.KeyId, retryAfter, now.ToUnixTimeSeconds());
        var isCommon = answer is { Fields: null, Recorded: null, Binding: null };
        if (isCommon && recent?.Find(contents) is { } same)
            return new(answer, same);
        var response = Response(answer, WireEscaping.Escaped, now, retryAfter);
        var base64 = Convert.ToBase64String(response.Written);
        var payload = mode switch
        {
            SignedPayload.ResponseBase64 => Encoding.ASCII.GetBytes(base64),
            SignedPayload.Envelope => Open(WireEscaping.Plain, Response(answer, WireEscaping.Plain, now, retryAfter), base64, keyUsed, retryAfter)
                .Close('}').WrittenMemory,
        };
        var signature = answer.Binding is { } binding
            ? await binding.Signature.SignAsync(keys, key, payload, cancel).ConfigureAwait(false)
            : await keys.SignAsync(key, payload, cancel).ConfigureAwait(false);
        var body = Open(WireEscaping.Escaped, response, base64, keyUsed, retryAfter).Field("signature", signature.Base64).Close('}');
        var envelope = new SignedEnvelope(answer, signature.KeyId, body.WrittenMemory, retryAfter);
        if (isCommon)
            recent?.Keep(contents, envelope);
        return envelope;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _answer.Code.HttpStatus;
        response.ContentType = "application/json";
        response.ContentLength = _body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers[KeyIdHeader] = _keyId;
        if (_answer.Limit is { } limit)
        {
            response.Headers.RetryAfter = _retryAfter.ToString(CultureInfo.InvariantCulture);
            response.Headers["X-RateLimit-Limit"] = limit.Limit.ToString(CultureInfo.InvariantCulture);
            response.Headers["X-RateLimit-Remaining"] = limit.Remaining.ToString(CultureInfo.InvariantCulture);
        }

        return response.Body.WriteAsync(_body, httpContext.RequestAborted).AsTask();
    }

    /// <summary>The <c>response</c> object: code, message, the endpoint's own fields, what binds it to its request, timestamp.</summary>
    public static WireJson Response(SignedAnswer answer, WireEscaping escaping, DateTimeOffset now, long retryAfter = 0)
    {
        if (answer.Recorded is { } recorded)
            return new WireJson(escaping).Again(recorded.Response);
        var json = new WireJson(escaping).Open('{').Name("code");
        if (answer.Code.IsTextCode)
            json.Text(answer.Code.Code.ToString(CultureInfo.InvariantCulture));
        else
            json.Number(answer.Code.Code);
        json.Field("message", answer.Code.Message);
        answer.Fields?.Invoke(json);
        if (retryAfter > 0)
            json.Field("retry_after", retryAfter);
        answer.Binding?.Write(json);
        return json.Field("timestamp", now.ToUnixTimeSeconds()).Close('}');
    }

    private static WireJson Open(WireEscaping escaping, WireJson response, string base64, string keyUsed, long retryAfter)
    {
        var json = new WireJson(escaping).Open('{')
            .Name("response").Literal(response.Written)
            .Field("response_base64", base64)
            .Field("private_key_used", keyUsed);
        return retryAfter > 0 ? json.Field("retry_after", retryAfter) : json;
    }

    private static string CodeIn(ReadOnlySpan<byte> response)
    {
        var json = new Utf8JsonReader(response);
        // { "code" : its value
        return json.Read() && json.Read() && json.Read() ? Encoding.ASCII.GetString(json.ValueSpan) : "other";
    }

    private static long RetryAfterSeconds(WindowVerdict limit, DateTimeOffset now) =>
        Math.Max(1, (limit.FreeAt - now.ToUnixTimeMilliseconds() + 999) / 1000);
}

/// <summary>All that the bytes of an envelope without fields of an endpoint's own depend on.</summary>
public sealed record EnvelopeContents(ResultCode Code, string KeyUsed, string KeyId, long RetryAfter, long Second);

/// <summary>
/// The last envelopes that hold nothing but a code, a message and the second: concurrent callers mostly get the very same
/// bytes. A slot that two share changes hands; whoever reads one sees a whole one either way.
/// </summary>
public sealed class RecentEnvelopes
{
    private readonly Tuple<EnvelopeContents, SignedEnvelope>?[] _slots = new Tuple<EnvelopeContents, SignedEnvelope>?[256];

    public SignedEnvelope? Find(EnvelopeContents contents) =>
        Volatile.Read(ref SlotOf(contents)) is { } kept && kept.Item1 == contents ? kept.Item2 : null;

    public void Keep(EnvelopeContents contents, SignedEnvelope envelope) =>
        Volatile.Write(ref SlotOf(contents), Tuple.Create(contents, envelope));

    private ref Tuple<EnvelopeContents, SignedEnvelope>? SlotOf(EnvelopeContents contents) =>
        ref _slots[(uint)HashCode.Combine(contents.Code.Code, contents.RetryAfter, contents.KeyUsed.Length, contents.Second) % (uint)_slots.Length];
}
