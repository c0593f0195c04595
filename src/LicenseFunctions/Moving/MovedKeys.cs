using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>
/// Keys are no rows: what rows refer to must be there where they come to. Notes which keys a file speaks of, and says which
/// of them the signer of this deployment does not have.
/// </summary>
public sealed class MovedKeys(ISigner signer, TimeProvider time)
{
    private readonly SortedSet<string> _names = new([SigningKeys.Global], StringComparer.Ordinal);
    private readonly SortedDictionary<string, KeyPlan> _plans = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _pinned = new(StringComparer.Ordinal);

    // One that was wrapped by each version of the wrapping key.
    private readonly Dictionary<string, byte[]> _wrapped = new(StringComparer.Ordinal);

    internal long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    internal void Notice(MovedRow row)
    {
        var values = row.Insertion.Values;
        if (row.Table == TableNames.ApiKeys && values.GetText("signing_keys") is not null)
            NoticePins(ApiKey.From(new(row.Partition, row.Insertion.Key, values)));
        if (row.Table != TableNames.Catalog)
            return;
        if (values.GetText("signing_key") is { } name)
            _names.Add(name);
        if (values.GetBinary("wrapped_key") is { Length: > 1 } wrapped && wrapped.Length > wrapped[0])
            _wrapped.TryAdd(Convert.ToHexString(wrapped.AsSpan(1, wrapped[0])), wrapped);
    }

    /// <summary>Notes what a name's plan is, or will be.</summary>
    internal KeyPlan Notice(KeyPlan plan) => _plans[plan.Name] = plan;

    /// <summary>A line for each thing that will not work.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancel)
    {
        var missing = new List<string>();
        try
        {
            var published = new HashSet<string>(StringComparer.Ordinal);
            foreach (var name in _names.Union(_plans.Keys, StringComparer.Ordinal))
                missing.AddRange(await MissingAsync(name, published, cancel).ConfigureAwait(false));
            foreach (var keyId in _pinned.Where(keyId => !published.Contains(keyId)))
                missing.Add($"API keys are pinned to the signing key {keyId}, which is not published here: their callers get answers signed with another one until it is moved too.");
        }
        catch (SigningUnavailableException unreachable)
        {
            missing.Add($"Whether the signing keys that the rows refer to are here cannot be said: {unreachable.Message}");
        }

        foreach (var wrapped in _wrapped.Values)
        {
            if (!await CanUnwrapAsync(wrapped, cancel).ConfigureAwait(false))
                missing.Add("Offline keys and webhook secrets of the file were sealed under a wrapping key that is not here, and cannot be opened until it is moved too.");
        }

        return [.. missing.Distinct()];
    }

    /// <summary>What is wrong with one name; adds to the keys that clients will know what it has of them.</summary>
    private async Task<List<string>> MissingAsync(string name, HashSet<string> published, CancellationToken cancel)
    {
        var missing = new List<string>();
        if (_plans.GetValueOrDefault(name) is { } plan)
        {
            foreach (var version in plan.Versions.Where(version => version.IsPublished))
            {
                if ((await signer.FindAsync(name, version.Version, cancel).ConfigureAwait(false))?.KeyId == version.KeyId)
                    published.Add(version.KeyId);
                else
                    missing.Add(version == plan.CurrentAt(Now) ? CannotSign(name, version) : CannotPublish(name, version));
            }

            return missing;
        }

        var keys = await signer.ListAsync(name, cancel).ConfigureAwait(false);
        var added = keys.FirstOrDefault(key => key.State == SigningKeyState.Announced);
        published.UnionWith(keys.Select(key => key.KeyId));
        if (keys.Count == 0 && name != SigningKeys.Global)
            missing.Add($"The signing key {name} is not here: answers about its product cannot be signed until it is moved too.");
        if (added is not null)
            missing.Add($"No row says that {added.KeyId} of the signing key {name} was rotated to, and so it signs nothing here; {Signs(keys)}. If it is to sign: licensectl signing-key rotate {name} --now.");
        return missing;
    }

    private static string CannotSign(string name, PlannedVersion version) =>
        $"The signing key {name} signs with {version.KeyId}, which is not here: nothing is signed until it is moved too, with its folder or by licensectl signing-key import {name} --pem FILE, or another one signs: licensectl signing-key rotate {name} --now.";

    private static string CannotPublish(string name, PlannedVersion version) =>
        $"The signing key {name} has {version.KeyId} in its key set, which is not here: what it signed cannot be verified until it is moved too, or never any more: licensectl signing-key retire {name} --key {version.KeyId} --force.";

    private static string Signs(IReadOnlyList<SigningKey> keys) =>
        keys.FirstOrDefault(key => key.State == SigningKeyState.Current) is { } current ? $"{current.KeyId} does" : "nothing does";

    private void NoticePins(ApiKey key)
    {
        if (!key.HasEndedAt(Now))
            _pinned.UnionWith(key.SigningKeyIds);
    }

    private async Task<bool> CanUnwrapAsync(byte[] wrapped, CancellationToken cancel)
    {
        try
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(await signer.UnwrapAsync(wrapped, cancel).ConfigureAwait(false));
            return true;
        }
        catch (SigningUnavailableException)
        {
            return false;
        }
    }
}
