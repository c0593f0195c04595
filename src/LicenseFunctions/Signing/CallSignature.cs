namespace LicenseFunctions.Signing;

/// <summary>
/// The signature of an answer that only one call can get. It is made once however often the call asks for it, before a
/// change and after; and it is kept here alone, since in a cache it would push out what others share.
/// </summary>
public sealed class CallSignature
{
    private ReadOnlyMemory<byte> _payload;
    private Signature? _signature;

    /// <summary>Signs a payload of the call; one call asks for one at a time.</summary>
    /// <exception cref="SigningUnavailableException">Nothing can be signed now.</exception>
    public async Task<Signature> SignAsync(SigningKeys keys, SigningKey key, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        if (_signature is { } made && made.KeyId == key.KeyId && _payload.Span.SequenceEqual(payload.Span))
            return made;
        _signature = await keys.SignOnceAsync(key, payload, cancel).ConfigureAwait(false);
        _payload = payload;
        return _signature;
    }
}
