namespace LicenseFunctions.Signing;

/// <summary>
/// The one port to private keys. A name (<c>global</c>, or a product's own) has one or more RSA-2048 keys over time: the
/// current one signs, a previous one still verifies, an announced one is published ahead of its use. Private halves never
/// leave the implementation. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Every method throws <see cref="SigningUnavailableException"/> when keys cannot be reached, read or used, and
/// <see cref="OperationCanceledException"/> when <c>cancel</c> is cancelled. Nothing is cached here beyond what makes a
/// key usable (a parsed file, a client); <see cref="SigningKeys"/> decides how long a listing is remembered.
/// </remarks>
public interface ISigner
{
    /// <summary>Lists every key of every name, by name in ordinal order, the current one of each name first.</summary>
    /// <param name="cancel">Cancels the wait.</param>
    Task<IReadOnlyList<SigningKey>> ListAsync(CancellationToken cancel);

    /// <summary>
    /// Makes the first key of a name. Called by several processes at once, all answer the same key.
    /// </summary>
    /// <param name="name">1 to 100 characters of <c>a-z</c>, <c>0-9</c> and <c>-</c>.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The new key, or the current one when the name has keys already.</returns>
    Task<SigningKey> CreateAsync(string name, CancellationToken cancel);

    /// <summary>Signs with RSASSA-PKCS1-v1_5 and SHA-256, which is deterministic: equal input, equal signature.</summary>
    /// <param name="key">One that <see cref="ListAsync"/> or <see cref="CreateAsync"/> answered.</param>
    /// <param name="digest">The 32 bytes of the SHA-256 of what is signed.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The 256 bytes of the signature.</returns>
    Task<byte[]> SignAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel);

    /// <summary>
    /// Wraps a content key (RSA-OAEP with SHA-256) under a key that serves nothing else, is in no listing, and is made on
    /// first use. What comes out names the version that wrapped it, so it can be unwrapped after a rotation.
    /// </summary>
    /// <param name="key">1 to 32 bytes.</param>
    /// <param name="cancel">Cancels the wait.</param>
    Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel);

    /// <summary>Unwraps what <see cref="WrapAsync"/> answered, in whichever process.</summary>
    /// <param name="wrapped">As it was answered.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The content key; whoever has used it overwrites it.</returns>
    Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, CancellationToken cancel);
}
