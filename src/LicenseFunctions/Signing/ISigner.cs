using System.Security.Cryptography;

namespace LicenseFunctions.Signing;

/// <summary>
/// The one port to private keys. A name (<c>global</c>, or a product's own) has one or more RSA-2048 keys over time: the
/// current one signs, a previous one still verifies, an announced one is published ahead of its use (<see cref="KeyPlan"/>).
/// Private halves never leave the implementation. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Every method throws <see cref="SigningUnavailableException"/> when keys cannot be reached, read or used, and
/// <see cref="OperationCanceledException"/> when <c>cancel</c> is cancelled. Nothing is cached here beyond what makes a
/// key usable (a parsed file, a client); <see cref="SigningKeys"/> decides how long a listing is remembered.
/// </remarks>
public interface ISigner
{
    /// <summary>
    /// Lists the versions of a name that can be used, the current one first. Their states are what the signer takes them
    /// for while nothing else is decided: the newest signs, but for those that <see cref="AddAsync"/> made.
    /// </summary>
    /// <param name="name">The key's name.</param>
    /// <param name="cancel">Cancels the wait.</param>
    Task<IReadOnlyList<SigningKey>> ListAsync(string name, CancellationToken cancel);

    /// <summary>Finds one version of a name; null when it is not there, was disabled, or does not sign.</summary>
    Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel);

    /// <summary>
    /// Makes the first key of a name. Called by several processes at once, all answer the same key.
    /// </summary>
    /// <param name="name">1 to 100 characters of <c>a-z</c>, <c>0-9</c> and <c>-</c>.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The new key, or the current one when the name has keys already.</returns>
    Task<SigningKey> CreateAsync(string name, CancellationToken cancel);

    /// <summary>
    /// Makes another version of a name, or takes one over. It signs nothing of itself: to the signer it is announced until
    /// somebody decides otherwise, so dying right afterwards does no harm.
    /// </summary>
    /// <param name="name">As for <see cref="CreateAsync"/>.</param>
    /// <param name="key">The key pair to take over; null to have one made.</param>
    /// <param name="cancel">Cancels the wait.</param>
    Task<SigningKey> AddAsync(string name, RSA? key, CancellationToken cancel);

    /// <summary>Takes a version out of use. It is not destroyed: an operator can bring it back by hand.</summary>
    Task DisableAsync(SigningKey key, CancellationToken cancel);

    /// <summary>Signs with RSASSA-PKCS1-v1_5 and SHA-256, which is deterministic: equal input, equal signature.</summary>
    /// <param name="key">One that this signer answered, in whichever process.</param>
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
