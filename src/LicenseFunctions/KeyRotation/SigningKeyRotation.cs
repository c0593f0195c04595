using System.Security.Cryptography;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.KeyRotation;

/// <summary>Announces, switches to, takes over and retires signing keys, while they are in use.</summary>
public sealed class SigningKeyRotation(ISigner signer, KeyPlans plans, ApiKeys apiKeys, LicensingOptions options, TimeProvider time)
{
    /// <summary>A switch lies at least so far ahead that every instance has read of it by then.</summary>
    private static readonly TimeSpan Notice = 3 * SigningKeys.Fresh;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Publishes the next version of a name ahead of its use.</summary>
    public async Task<KeyRotationOutcome> AnnounceAsync(string name, CancellationToken cancel)
    {
        SigningKey? made = null;
        return await RetryAsync(name, async (plan, etag) =>
        {
            made ??= await UnusedAsync(plan, null, cancel).ConfigureAwait(false);
            if (plan.Versions.Count == 0 && made is null)
                return new(KeyRotationResult.UnknownName);
            while (plan.AnnouncedAt(Now) is { } announced)
            {
                if (await IsHereAsync(name, announced, cancel).ConfigureAwait(false))
                    return new(KeyRotationResult.Already, announced, announced.From ?? EarliestOf(announced));
                plan = plan.With(announced with { RetiredAt = Now }); // Lost, or left where the store came from: nobody can rotate to it.
            }

            made ??= await signer.AddAsync(name, null, cancel).ConfigureAwait(false);
            var version = new PlannedVersion(made.Version, made.KeyId, Now);
            return await plans.TryWriteAsync(plan.With(version), etag, cancel).ConfigureAwait(false)
                ? new(KeyRotationResult.Done, version, EarliestOf(version)) : null;
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Has the announced version sign, once it has been announced for the overlap; announces one where none is.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="isNow">True to switch at once.</param>
    /// <param name="keepsExisting">True to pin the API keys that there are to the version that signs now.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<KeyRotationOutcome> RotateAsync(string name, bool isNow, bool keepsExisting, CancellationToken cancel)
    {
        if (await AnnounceAsync(name, cancel).ConfigureAwait(false) is { Result: KeyRotationResult.UnknownName } unknown)
            return unknown;
        return await RetryAsync(name, async (plan, etag) =>
        {
            var current = plan.CurrentAt(Now);
            if (plan.AnnouncedAt(Now) is not { } next)
                return new(KeyRotationResult.Already, current, current?.From); // Somebody else was quicker by the whole way.
            if (next.From is { } planned && !isNow)
                return new(KeyRotationResult.Already, next, planned);

            // The pins first: nobody who is to keep the old key may get an answer signed with the new one.
            var pinned = keepsExisting && current is not null
                ? await apiKeys.PinAsync(current.KeyId, [.. plan.Versions.Select(version => version.KeyId)], cancel).ConfigureAwait(false) : [];
            var from = Math.Max(isNow || current is null ? Now : Math.Max(EarliestOf(next), Now + (long)Notice.TotalMilliseconds), (current?.From ?? 0) + 1);
            var version = next with { From = from };
            return await plans.TryWriteAsync(plan.With(version), etag, cancel).ConfigureAwait(false)
                ? new(KeyRotationResult.Done, version, from) { ApiKeys = pinned } : null;
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Takes over a key pair that clients know. It signs at once where the name has no key yet, or when told to.</summary>
    public async Task<KeyRotationOutcome> ImportAsync(string name, RSA key, bool isNow, CancellationToken cancel)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var keyId = new SigningKey(name, "", SigningKeyState.Announced, parameters.Modulus!, parameters.Exponent!).KeyId;
        SigningKey? held = null;
        return await RetryAsync(name, async (plan, etag) =>
        {
            var current = plan.CurrentAt(Now);
            var known = plan.Versions.FirstOrDefault(version => version.IsPublished && version.KeyId == keyId);
            var isHere = known is not null && await IsHereAsync(name, known, cancel).ConfigureAwait(false);
            var stays = known is not null && (known == current || !isNow);
            if (isHere && stays)
                return new(KeyRotationResult.Already, known, known!.From);
            if (known is null && !isNow && plan.AnnouncedAt(Now) is { } other)
                return new(KeyRotationResult.AnotherIsAnnounced, other);
            if (!isHere)
                held ??= await UnusedAsync(plan, keyId, cancel).ConfigureAwait(false) ?? await signer.AddAsync(name, key, cancel).ConfigureAwait(false);

            // One that the plan knows and this signer did not have plays its part under this signer's word for it.
            var version = known is null ? new(held!.Version, keyId, Now) : isHere ? known : known with { Version = held!.Version };
            if (!stays && (isNow || current is null))
                version = version with { From = Math.Max(Now, (current?.From ?? 0) + 1) };
            var next = plan with { Versions = [.. plan.Versions.Where(each => each != known)] };
            return await plans.TryWriteAsync(next.With(version), etag, cancel).ConfigureAwait(false)
                ? new(stays ? KeyRotationResult.Restored : KeyRotationResult.Done, version, version.From ?? EarliestOf(version)) : null;
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Publishes previous versions no more, and disables them.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="keyId">The one version that is meant; null for the oldest previous one.</param>
    /// <param name="isForced">True to retire it although answers signed with it may be young.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<KeyRotationOutcome> RetireAsync(string name, string? keyId, bool isForced, CancellationToken cancel)
    {
        var outcome = await RetryAsync(name, async (plan, etag) =>
        {
            if (plan.Versions.Count == 0)
                return new(KeyRotationResult.UnknownName);
            var (now, current) = (Now, plan.CurrentAt(Now));
            var version = plan.Versions
                .Where(each => each.IsPublished && (keyId is null ? each.StateBeside(current, now) == SigningKeyState.Previous : each.KeyId == keyId))
                .MinBy(each => each.From ?? long.MaxValue);
            if (version is null)
                return new(KeyRotationResult.UnknownVersion);
            if (version == current || version.From > now)
                return new(KeyRotationResult.InUse, version, version.From);
            var (pinned, unpinnedAt) = await apiKeys.PinsAsync(version.KeyId, cancel).ConfigureAwait(false);
            long?[] stops = [plan.StoppedAt(version, now), unpinnedAt];
            var allowedAt = stops.Max() + (long)options.SigningRetireAfter.TotalMilliseconds;
            if (allowedAt > now && !isForced)
                return new(KeyRotationResult.TooYoung, version, allowedAt);
            if (pinned.Count > 0)
                return new(KeyRotationResult.Pinned, version) { ApiKeys = pinned };
            return await plans.TryWriteAsync(plan.With(version with { RetiredAt = now }), etag, cancel).ConfigureAwait(false)
                ? new(KeyRotationResult.Done, version) : null;
        }, cancel).ConfigureAwait(false);

        // Not only the one just retired: an earlier run may have died here.
        foreach (var retired in (await plans.FindAsync(name, cancel).ConfigureAwait(false))?.Plan.Versions.Where(version => !version.IsPublished) ?? [])
        {
            if (await signer.FindAsync(name, retired.Version, cancel).ConfigureAwait(false) is { } left && left.KeyId == retired.KeyId)
                await signer.DisableAsync(left, cancel).ConfigureAwait(false);
        }

        return outcome;
    }

    /// <summary>What is known of every version of every name.</summary>
    public async Task<IReadOnlyList<ListedVersion>> ListAsync(CancellationToken cancel)
    {
        var directory = plans.Directory;
        var known = (await directory.Plans(cancel).ConfigureAwait(false)).ToDictionary(plan => plan.Name, StringComparer.Ordinal);
        var names = (await directory.Names(cancel).ConfigureAwait(false)).Concat(known.Keys).Append(SigningKeys.Global);
        var listed = new List<ListedVersion>();
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            listed.AddRange(KeyOverview.Of(name, await signer.ListAsync(name, cancel).ConfigureAwait(false), known.GetValueOrDefault(name), Now));
        return listed;
    }

    private long EarliestOf(PlannedVersion announced) => announced.AnnouncedAt + (long)options.SigningRotationOverlap.TotalMilliseconds;

    /// <summary>A version that was made for a step which did not get to its end; or the one of a key, whoever put it there.</summary>
    private async Task<SigningKey?> UnusedAsync(KeyPlan plan, string? keyId, CancellationToken cancel) =>
        (await signer.ListAsync(plan.Name, cancel).ConfigureAwait(false)).FirstOrDefault(key =>
            (keyId is null ? key.State == SigningKeyState.Announced : key.KeyId == keyId) && plan.Versions.All(version => version.Version != key.Version));

    private async Task<bool> IsHereAsync(string name, PlannedVersion planned, CancellationToken cancel) =>
        (await signer.FindAsync(name, planned.Version, cancel).ConfigureAwait(false))?.KeyId == planned.KeyId;

    private Task<KeyRotationOutcome> RetryAsync(string name, Func<KeyPlan, string?, Task<KeyRotationOutcome?>> attempt, CancellationToken cancel) =>
        ConflictRetry.RunAsync(async () =>
        {
            var found = await plans.FindAsync(name, cancel).ConfigureAwait(false);
            var plan = found?.Plan ?? KeyOverview.PlanOf(name, await signer.ListAsync(name, cancel).ConfigureAwait(false));
            return await attempt(plan, found?.ETag).ConfigureAwait(false);
        }, time, cancel);
}
