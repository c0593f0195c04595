using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LicenseFunctions.Signing.LocalKeys;

/// <summary>
/// Keys in files of the data folder, made on first use. Where no plan says otherwise the newest file of a name signs and older
/// ones are still published; one that was added to be rotated to signs nothing before a plan says so.
/// </summary>
public sealed class LocalKeySigner : ISigner
{
    private readonly ConcurrentDictionary<(string Name, string Version), LocalKey> _keys = new();
    private readonly LocalKeyFolder _folder;

    /// <param name="path">The folder; made when missing.</param>
    /// <param name="clock">Names new versions.</param>
    public LocalKeySigner(string path, TimeProvider clock) => _folder = new LocalKeyFolder(Path.GetFullPath(path), clock);

    public Task<IReadOnlyList<SigningKey>> ListAsync(string name, CancellationToken cancel) => Task.Run(() => Reading(() => List(name)), cancel);

    public Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel) => Task.Run(() => Reading(() =>
        _folder.Versions(name).Contains(version) ? KeyOf(name, version, SigningKeyState.Announced) : null), cancel);

    public Task<SigningKey> CreateAsync(string name, CancellationToken cancel)
    {
        KeyName.Check(name);
        return Task.Run(() => Reading(() => Create(name)), cancel);
    }

    public Task<SigningKey> AddAsync(string name, RSA? key, CancellationToken cancel)
    {
        KeyName.Check(name);
        return Task.Run(() => Reading(() => KeyOf(name, _folder.Add(name, key), SigningKeyState.Announced)), cancel);
    }

    public Task DisableAsync(SigningKey key, CancellationToken cancel) => Task.Run(() => Reading(() => _folder.SetAside(key.Name, key.Version)), cancel);

    // On the pool: a signing is most of a millisecond of pure computation, and the caller may have I/O to start.
    public Task<byte[]> SignAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel) =>
        Task.Run(() => Load(key).Sign(digest), cancel);

    public Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        WrappedKey.CheckContentKey(key);
        return Task.Run(() => Reading(() => Wrap(key)), cancel);
    }

    public Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, CancellationToken cancel) =>
        Task.Run(() => Reading(() => Unwrap(wrapped)), cancel);

    private static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SigningUnavailableException($"The signing keys cannot be read: {failure.Message}", failure);
        }
    }

    private IReadOnlyList<SigningKey> List(string name)
    {
        var versions = KeyName.IsValid(name) ? _folder.Versions(name).ToList() : [];
        var current = versions.Find(version => !LocalKeyFolder.IsAdded(version));
        return [.. versions.OrderBy(version => version == current ? 0 : 1).Select(version => KeyOf(
            name, version,
            version == current ? SigningKeyState.Current : LocalKeyFolder.IsAdded(version) ? SigningKeyState.Announced : SigningKeyState.Previous))];
    }

    private SigningKey KeyOf(string name, string version, SigningKeyState state)
    {
        var key = Refresh(name, version);
        return new(name, version, state, key.Modulus, key.Exponent) { CreatedAt = LocalKeyFolder.MadeAt(version) };
    }

    private SigningKey Create(string name)
    {
        if (!_folder.Versions(name).Any())
            _folder.MakeFirst(name);

        // Only added ones: an import that did not get to its end, or a store that knows no more of what was rotated to.
        // Nothing is made beside them.
        return List(name) is [{ State: SigningKeyState.Current } current, ..] ? current : throw new SigningUnavailableException(
            $"The signing key '{name}' has only versions that were added to it and not put to use: run licensectl signing-key import {name} again, or licensectl signing-key rotate {name} --now.");
    }

    private byte[] Wrap(ReadOnlyMemory<byte> key)
    {
        if (!_folder.Versions(KeyName.Wrapping).Any())
            _folder.MakeFirst(KeyName.Wrapping);
        var version = _folder.Versions(KeyName.Wrapping).First();
        return WrappedKey.Join(version, Refresh(KeyName.Wrapping, version).Wrap(key));
    }

    private byte[] Unwrap(ReadOnlyMemory<byte> joined)
    {
        var (version, wrapped) = WrappedKey.Split(joined.Span);
        try
        {
            return Refresh(KeyName.Wrapping, version).Unwrap(wrapped);
        }
        catch (CryptographicException failure)
        {
            throw WrappedKey.Unusable(failure);
        }
    }

    /// <summary>A file that was replaced under its name is another key.</summary>
    private LocalKey Refresh(string name, string version)
    {
        if (_keys.TryGetValue((name, version), out var known) && known.WrittenAt == _folder.WrittenAt(name, version))
            return known;

        return _keys[(name, version)] = _folder.Read(name, version);
    }

    private LocalKey Load(SigningKey key)
    {
        var loaded = _keys.TryGetValue((key.Name, key.Version), out var known) ? known : _folder.Read(key.Name, key.Version);

        // Never a signature under another key than the one that the answer will name.
        if (!loaded.Is(key))
            throw new SigningUnavailableException($"Version '{key.Version}' of the signing key '{key.Name}' is another key by now.");
        return _keys.GetOrAdd((key.Name, key.Version), loaded);
    }
}
