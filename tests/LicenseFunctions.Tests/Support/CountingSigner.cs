using System.Security.Cryptography;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Tests.Support;

/// <summary>Counts the signings of another signer.</summary>
public sealed class CountingSigner(ISigner inner) : ISigner
{
    private int _signings;

    public int Signings => Volatile.Read(ref _signings);

    public Task<IReadOnlyList<SigningKey>> ListAsync(string name, CancellationToken cancel) => inner.ListAsync(name, cancel);

    public Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel) => inner.FindAsync(name, version, cancel);

    public Task<SigningKey> AddAsync(string name, RSA? key, CancellationToken cancel) => inner.AddAsync(name, key, cancel);

    public Task DisableAsync(SigningKey key, CancellationToken cancel) => inner.DisableAsync(key, cancel);

    public Task<SigningKey> CreateAsync(string name, CancellationToken cancel) => inner.CreateAsync(name, cancel);

    public Task<byte[]> SignAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel)
    {
        Interlocked.Increment(ref _signings);
        return inner.SignAsync(key, digest, cancel);
    }

    public Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel) => inner.WrapAsync(key, cancel);

    public Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, CancellationToken cancel) => inner.UnwrapAsync(wrapped, cancel);
}
