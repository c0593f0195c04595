using System.Security.Cryptography;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Bench.InProcess;

/// <summary>Counts signings; with a vault's latency and limit where they are given.</summary>
internal sealed class MeteredSigner(ISigner inner, Latency? latency = null, double perSecond = 0) : ISigner
{
    private readonly Allowance _vault = new(perSecond);
    private long _signings;
    private long _throttled;

    public long Signings => Interlocked.Read(ref _signings);

    public long Throttled => Interlocked.Read(ref _throttled);

    public Task<IReadOnlyList<SigningKey>> ListAsync(string name, CancellationToken cancel) => inner.ListAsync(name, cancel);

    public Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel) => inner.FindAsync(name, version, cancel);

    public Task<SigningKey> AddAsync(string name, RSA? key, CancellationToken cancel) => inner.AddAsync(name, key, cancel);

    public Task DisableAsync(SigningKey key, CancellationToken cancel) => inner.DisableAsync(key, cancel);

    public Task<SigningKey> CreateAsync(string name, CancellationToken cancel) => inner.CreateAsync(name, cancel);

    public async Task<byte[]> SignAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel)
    {
        Interlocked.Increment(ref _signings);
        for (var attempt = 0; latency is not null; attempt++)
        {
            await latency.PassAsync();
            if (_vault.TryTake())
                break;
            Interlocked.Increment(ref _throttled);
            if (attempt == 5)
                throw new SigningUnavailableException("The vault is throttled.");
            await Task.Delay(TimeSpan.FromMilliseconds((50 << attempt) * (0.8 + (0.4 * Random.Shared.NextDouble()))), cancel);
        }

        return await inner.SignAsync(key, digest, cancel);
    }

    public Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel) => inner.WrapAsync(key, cancel);

    public Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, CancellationToken cancel) => inner.UnwrapAsync(wrapped, cancel);
}
