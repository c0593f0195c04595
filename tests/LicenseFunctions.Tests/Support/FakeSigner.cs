using System.Security.Cryptography;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Tests.Support;

/// <summary>A signer in memory that counts, waits and fails when told to; its signatures are not real.</summary>
public sealed class FakeSigner : ISigner
{
    private readonly Lock _gate = new();
    private readonly List<SigningKey> _keys = [];
    private int _listings;
    private int _creations;
    private int _signings;

    public int Listings => Volatile.Read(ref _listings);

    public int Creations => Volatile.Read(ref _creations);

    public int Signings => Volatile.Read(ref _signings);

    /// <summary>Awaited by every operation before it answers.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    /// <summary>Thrown by every operation.</summary>
    public Exception? Failure { get; set; }

    public static SigningKey NewKey(string name, SigningKeyState state = SigningKeyState.Current) =>
        new(name, Guid.NewGuid().ToString("N"), state, RandomNumberGenerator.GetBytes(256), [1, 0, 1]);

    public SigningKey Add(string name, SigningKeyState state = SigningKeyState.Current)
    {
        var key = NewKey(name, state);
        lock (_gate)
            _keys.Add(key);
        return key;
    }

    public void Remove(SigningKey key)
    {
        lock (_gate)
            _keys.Remove(key);
    }

    public async Task<IReadOnlyList<SigningKey>> ListAsync(string name, CancellationToken cancel)
    {
        Interlocked.Increment(ref _listings);
        await AnswerAsync(cancel);
        lock (_gate)
            return [.. _keys.Where(key => key.Name == name)];
    }

    public async Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel)
    {
        await AnswerAsync(cancel);
        lock (_gate)
            return _keys.Find(key => key.Name == name && key.Version == version);
    }

    public async Task<SigningKey> AddAsync(string name, RSA? key, CancellationToken cancel)
    {
        await AnswerAsync(cancel);
        return Add(name, SigningKeyState.Announced);
    }

    public async Task DisableAsync(SigningKey key, CancellationToken cancel)
    {
        await AnswerAsync(cancel);
        lock (_gate)
            _keys.RemoveAll(each => each.Name == key.Name && each.Version == key.Version);
    }

    public async Task<SigningKey> CreateAsync(string name, CancellationToken cancel)
    {
        Interlocked.Increment(ref _creations);
        await AnswerAsync(cancel);
        lock (_gate)
        {
            if (_keys.Find(key => key.Name == name) is { } existing)
                return existing;
        }

        return Add(name);
    }

    public async Task<byte[]> SignAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel)
    {
        Interlocked.Increment(ref _signings);
        await AnswerAsync(cancel);
        return SHA256.HashData([.. key.Modulus, .. digest.Span]);
    }

    public async Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        await AnswerAsync(cancel);
        return Array.ConvertAll(key.ToArray(), b => (byte)~b);
    }

    public Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, CancellationToken cancel) => WrapAsync(wrapped, cancel);

    private async Task AnswerAsync(CancellationToken cancel)
    {
        await Until.WaitAsync(cancel);
        if (Failure is { } failure)
            throw failure;
    }
}
