using System.Security.Cryptography;
using LicenseFunctions.KeyRotation;
using LicenseFunctions.Licensing;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.KeyRotation;

/// <summary>A rotation as clients and operators see it: two instances on one store, the same for both signers.</summary>
public abstract partial class KeyRotationContract : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly long Month = (long)TimeSpan.FromDays(30).TotalMilliseconds;

    private readonly TemporaryFolder _folder = new();
    private SqliteTableStore _store = null!;
    private ApiHost _one = null!;
    private ApiHost _other = null!;

    protected ManualTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    private SigningKeyRotation Rotation => _one.Services.GetRequiredService<SigningKeyRotation>();

    private ApiKeys ApiKeys => _one.Services.GetRequiredService<ApiKeys>();

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A folder that goes with the test.</summary>
    protected string KeysPath => _folder["keys"];

    protected abstract Task<ISigner> OpenAsync();

    public virtual async Task InitializeAsync()
    {
        _store = await SqliteTableStore.OpenAsync(_folder["licenses.db"], None);
        _one = await ApiHost.StartAsync(_store, await OpenAsync(), Time);
        _other = await ApiHost.StartAsync(_store, await OpenAsync(), Time);
    }

    public virtual async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _store.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Clients_that_pin_a_key_and_clients_that_follow_the_key_set_verify_all_the_way_through()
    {
        var old = await FirstKeyAsync();
        var license = await _one.LicenseAsync();
        await _one.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        var shipped = await _one.NewApiKeyAsync(new ApiKey { Hash = "", Name = "shipped", Capabilities = [ApiKey.AllCapabilities], SigningKeyIds = [old.KeyId] });
        var pinned = new RotatingClient(shipped, license.Key, old, Time);
        var follower = new RotatingClient(_one.ApiKey, license.Key, null, Time);

        Assert.Equal(old.KeyId, await BothVerifyAsync(pinned, follower));
        var announced = await Rotation.AnnounceAsync("global", None);
        await PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(old.KeyId, await BothVerifyAsync(pinned, follower));
        foreach (var host in (ApiHost[])[_one, _other])
            Assert.Equal([old.KeyId, announced.Version!.KeyId], await RotatingClient.KeyIdsAsync(host));

        var rotated = await Rotation.RotateAsync("global", isNow: false, keepsExisting: false, None);
        Assert.Equal(announced.Version!.AnnouncedAt + (long)TimeSpan.FromHours(1).TotalMilliseconds, rotated.At!.Value);
        await PassAsync(TimeSpan.FromMilliseconds(rotated.At!.Value - Now - 1));
        Assert.Equal(old.KeyId, await BothVerifyAsync(pinned, follower));

        // Nobody reads anything now: the instant comes, and both instances switch.
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(announced.Version.KeyId, await BothVerifyAsync(pinned, follower));
        foreach (var host in (ApiHost[])[_one, _other])
            Assert.Equal([announced.Version.KeyId, old.KeyId], await RotatingClient.KeyIdsAsync(host));
        await PassAsync(TimeSpan.FromDays(31));
        Assert.Equal(announced.Version.KeyId, await BothVerifyAsync(pinned, follower));

        // The pin keeps the old key until the last such client is gone.
        var held = await Rotation.RetireAsync("global", null, isForced: true, None);
        Assert.Equal((KeyRotationResult.Pinned, LicenseRows.Hash(shipped)[..12]), (held.Result, Assert.Single(held.ApiKeys)));
        await ApiKeys.ChangeAsync(held.ApiKeys[0], key => key with { SigningKeyIds = [] }, None);
        Assert.Equal((KeyRotationResult.TooYoung, Now + Month), Said(await Rotation.RetireAsync("global", null, isForced: false, None)));
        await PassAsync(TimeSpan.FromDays(30));
        Assert.Equal(KeyRotationResult.Done, (await Rotation.RetireAsync("global", null, isForced: false, None)).Result);
        await PassAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(announced.Version.KeyId, await follower.VerifyAsync(_other));
        Assert.Equal([announced.Version.KeyId], await RotatingClient.KeyIdsAsync(_other));
        Assert.Null(await (await OpenAsync()).FindAsync("global", old.Version, None));
    }

    [Fact]
    public async Task Rotating_with_the_existing_api_keys_kept_leaves_installed_applications_as_they_are()
    {
        var old = await FirstKeyAsync();
        var license = await _one.LicenseAsync();
        await _one.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        var installed = new RotatingClient(_one.ApiKey, license.Key, old, Time);

        var rotated = await Rotation.RotateAsync("global", isNow: true, keepsExisting: true, None);
        await PassAsync(TimeSpan.FromSeconds(11));

        Assert.Contains(LicenseRows.Hash(_one.ApiKey)[..12], rotated.ApiKeys);
        Assert.Equal(old.KeyId, await installed.VerifyAsync(_one));
        Assert.Equal(old.KeyId, await installed.VerifyAsync(_other));
        var fresh = await _one.NewApiKeyAsync(ApiKey.AllCapabilities);
        Assert.Equal(rotated.Version!.KeyId, await new RotatingClient(fresh, license.Key, null, Time).VerifyAsync(_other));
    }

    [Fact]
    public async Task A_rotation_at_once_reaches_every_instance_within_ten_seconds()
    {
        await FirstKeyAsync();

        var rotated = await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);
        await PassAsync(SigningKeys.Fresh);

        Assert.Equal(Now - (long)SigningKeys.Fresh.TotalMilliseconds, rotated.At);
        Assert.Equal(rotated.Version!.KeyId, (await _one.Keys.GlobalAsync(None)).KeyId);
        Assert.Equal(rotated.Version.KeyId, (await _other.Keys.GlobalAsync(None)).KeyId);
    }

    [Fact]
    public async Task A_key_that_was_announced_long_ago_signs_as_soon_as_every_instance_can_know()
    {
        await FirstKeyAsync();
        await Rotation.AnnounceAsync("global", None);
        await PassAsync(TimeSpan.FromDays(2));

        var rotated = await Rotation.RotateAsync("global", isNow: false, keepsExisting: false, None);

        Assert.Equal(30_000, rotated.At!.Value - Now);
        Assert.Equal((KeyRotationResult.Already, rotated.At), Said(await Rotation.RotateAsync("global", isNow: false, keepsExisting: false, None)));
    }

    [Fact]
    public async Task Of_two_operators_who_announce_at_once_one_does()
    {
        await FirstKeyAsync();
        var other = _other.Services.GetRequiredService<SigningKeyRotation>();

        var outcomes = await Task.WhenAll(Task.Run(() => Rotation.AnnounceAsync("global", None)), Task.Run(() => other.AnnounceAsync("global", None)));

        Assert.Single(outcomes.Select(outcome => outcome.Version!.KeyId).Distinct());
        Assert.Single(outcomes, outcome => outcome.Result == KeyRotationResult.Done);
        Assert.Equal(1, (await Rotation.ListAsync(None)).Count(version => version.State == "announced"));
    }

    [Fact]
    public async Task A_version_that_was_made_by_somebody_who_died_then_is_listed_and_used_next()
    {
        var current = await FirstKeyAsync();
        var left = await (await OpenAsync()).AddAsync("global", null, None);

        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(current.KeyId, (await _other.Keys.GlobalAsync(None)).KeyId);
        var listed = await Rotation.ListAsync(None);
        var announced = await Rotation.AnnounceAsync("global", None);

        Assert.Equal([(current.KeyId, "current"), (left.KeyId, "unused")], listed.Select(version => (version.KeyId, version.State)));
        Assert.Equal(left.KeyId, announced.Version!.KeyId);
    }

    [Fact]
    public async Task A_retirement_that_died_half_way_is_finished_by_the_next()
    {
        var old = await FirstKeyAsync();
        await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);
        var plans = _one.Services.GetRequiredService<KeyPlans>();
        var (plan, etag) = (await plans.FindAsync("global", None))!.Value;
        await plans.TryWriteAsync(plan.With(plan.Versions.Single(version => version.KeyId == old.KeyId) with { RetiredAt = Now }), etag, None);

        Assert.Equal(KeyRotationResult.UnknownVersion, (await Rotation.RetireAsync("global", null, isForced: false, None)).Result);

        Assert.Null(await (await OpenAsync()).FindAsync("global", old.Version, None));
    }

    [Fact]
    public async Task A_key_whose_answers_may_be_young_or_that_signs_is_not_retired()
    {
        var old = await FirstKeyAsync();
        var rotated = await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);

        Assert.Equal(
            (KeyRotationResult.TooYoung, rotated.At + (long)TimeSpan.FromDays(30).TotalMilliseconds),
            Said(await Rotation.RetireAsync("global", null, isForced: false, None)));
        Assert.Equal(KeyRotationResult.InUse, (await Rotation.RetireAsync("global", rotated.Version!.KeyId, isForced: true, None)).Result);
        Assert.Equal(KeyRotationResult.UnknownVersion, (await Rotation.RetireAsync("global", "no-such-kid", isForced: true, None)).Result);
        Assert.Equal(old.KeyId, (await Rotation.RetireAsync("global", null, isForced: true, None)).Version!.KeyId);
        Assert.Equal(KeyRotationResult.UnknownName, (await Rotation.RetireAsync("product-9", null, isForced: false, None)).Result);
    }

    [Fact]
    public async Task Answers_of_a_pinned_secret_are_young_until_a_while_after_its_overlap()
    {
        var old = await FirstKeyAsync();
        var id = LicenseRows.Hash(await _one.NewApiKeyAsync(new ApiKey { Hash = "", Name = "shipped", SigningKeyIds = [old.KeyId] }))[..12];
        await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);
        var next = (await ApiKeys.RotateAsync(id, ApiKeys.NewKey(), TimeSpan.FromDays(31), None))!;
        var ends = Now + (long)TimeSpan.FromDays(31).TotalMilliseconds;

        await PassAsync(TimeSpan.FromDays(30.5));
        await ApiKeys.ChangeAsync(id, key => key.Hash == next.Hash ? key with { SigningKeyIds = [] } : key, None);
        Assert.Equal([id], (await Rotation.RetireAsync("global", null, isForced: true, None)).ApiKeys);
        await PassAsync(TimeSpan.FromDays(1));
        Assert.Equal((KeyRotationResult.TooYoung, ends + Month), Said(await Rotation.RetireAsync("global", null, isForced: false, None)));
        await PassAsync(TimeSpan.FromDays(29.9));
        await ApiKeys.RemoveEndedAsync(TimeSpan.FromDays(60), None);
        Assert.Equal(2, (await ApiKeys.FindAsync(id, None)).Count);
        Assert.Equal(KeyRotationResult.Done, (await Rotation.RetireAsync("global", null, isForced: false, None)).Result);
    }

    [Fact]
    public async Task An_imported_key_signs_at_once_where_there_is_none_and_is_announced_where_there_is()
    {
        using var field = RSA.Create(2048);
        using var next = RSA.Create(3072);

        var first = await Rotation.ImportAsync("global", field, isNow: false, None);
        Assert.Equal(field.ExportParameters(false).Modulus, (await _other.Keys.GlobalAsync(None)).Modulus);
        Assert.Equal(KeyRotationResult.Already, (await Rotation.ImportAsync("global", field, isNow: true, None)).Result);
        var second = await Rotation.ImportAsync("global", next, isNow: false, None);
        Assert.Null(second.Version!.From);
        Assert.Equal(KeyRotationResult.AnotherIsAnnounced, (await ImportAsync(isNow: false)).Result);

        await Rotation.ImportAsync("global", next, isNow: true, None);
        await PassAsync(TimeSpan.FromSeconds(11));
        var license = await _other.LicenseAsync();

        (await _other.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"))).ShouldBe(300, "License key activated");
        Assert.Equal([second.Version.KeyId, first.Version!.KeyId], await RotatingClient.KeyIdsAsync(_other));
        Assert.Equal(2, (await (await OpenAsync()).ListAsync("global", None)).Count);
    }

    [Fact]
    public async Task A_products_key_is_rotated_by_itself()
    {
        var license = await _one.LicenseAsync();
        var before = (await _one.Services.GetRequiredService<ProductSigningKeys>().CreateAsync(license.ProductId, None))!;
        var global = await FirstKeyAsync();

        var rotated = await Rotation.RotateAsync(before.Name, isNow: true, keepsExisting: false, None);
        await PassAsync(TimeSpan.FromSeconds(11));

        var answer = await _other.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        answer.ShouldBe(300, "License key activated", signedBy: before.Name);
        Assert.Equal(rotated.Version!.KeyId, Assert.Single(answer.Http.Headers.GetValues("X-Signature-Key-Id")));
        Assert.Equal([global.KeyId, rotated.Version.KeyId, before.KeyId], await RotatingClient.KeyIdsAsync(_other));
    }

    [Fact]
    public async Task When_the_planned_key_is_gone_nothing_is_signed_with_another()
    {
        await FirstKeyAsync();
        var rotated = await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);
        var signer = await OpenAsync();
        await signer.DisableAsync((await signer.FindAsync("global", rotated.Version!.Version, None))!, None);

        await using var late = await ApiHost.StartAsync(_store, await OpenAsync(), Time);

        await Assert.ThrowsAsync<SigningUnavailableException>(async () => await late.Keys.GlobalAsync(None));
        Assert.Contains(await Rotation.ListAsync(None), version => version.State == "missing" && version.KeyId == rotated.Version.KeyId);
        var next = await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);
        await PassAsync(TimeSpan.FromSeconds(11));
        await late.Keys.RefreshAsync(None);
        Assert.Equal(next.Version!.KeyId, (await late.Keys.GlobalAsync(None)).KeyId);
    }

    private static (KeyRotationResult, long?) Said(KeyRotationOutcome outcome) => (outcome.Result, outcome.At);

    private async Task<KeyRotationOutcome> ImportAsync(bool isNow)
    {
        using var another = RSA.Create(2048);
        return await Rotation.ImportAsync("global", another, isNow, None);
    }

    private async Task<string> BothVerifyAsync(RotatingClient pinned, RotatingClient follower)
    {
        await pinned.VerifyAsync(_one);
        await pinned.VerifyAsync(_other);
        var kid = await follower.VerifyAsync(_one);
        Assert.Equal(kid, await follower.VerifyAsync(_other));
        return kid;
    }

    /// <summary>The key that signs before anything is rotated, known to both instances for a while.</summary>
    private async Task<SigningKey> FirstKeyAsync()
    {
        var key = await _one.Keys.GlobalAsync(None);
        Assert.Equal(key.KeyId, (await _other.Keys.GlobalAsync(None)).KeyId);
        Time.Advance(TimeSpan.FromSeconds(2));
        return key;
    }

    /// <summary>Lets time pass, and both instances read what there is to read then.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        foreach (var host in (ApiHost[])[_one, _other])
            await host.Keys.RefreshAsync(None);
    }
}
