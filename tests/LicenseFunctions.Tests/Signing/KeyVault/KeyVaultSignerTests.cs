using Azure.Security.KeyVault.Keys;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.KeyVault;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing.KeyVault;

public sealed class KeyVaultSignerTests : SignerContract, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private FakeVault _vault = null!;

    public async Task InitializeAsync() => _vault = await FakeVault.StartAsync();

    public async Task DisposeAsync() => await _vault.DisposeAsync();

    protected override Task<ISigner> OpenAsync() => Task.FromResult<ISigner>(_vault.CreateSigner());

    [Fact]
    public async Task The_newest_version_is_current_and_older_ones_are_previous()
    {
        var older = _vault.AddKey("global");
        var newer = _vault.AddKey("global");

        var keys = await _vault.CreateSigner().ListAsync("global", None);

        Assert.Equal([newer.Version, older.Version], keys.Select(key => key.Version));
        Assert.Equal([SigningKeyState.Current, SigningKeyState.Previous], keys.Select(key => key.State));
    }

    [Fact]
    public async Task A_version_that_is_tagged_or_not_yet_valid_is_announced()
    {
        var current = _vault.AddKey("global");
        var tagged = _vault.AddKey("global");
        tagged.Tags["state"] = "announced";
        var tomorrow = _vault.AddKey("global");
        tomorrow.NotBefore = DateTimeOffset.UtcNow.AddDays(1);

        var keys = await _vault.CreateSigner().ListAsync("global", None);

        Assert.Equal([current.Version, tomorrow.Version, tagged.Version], keys.Select(key => key.Version));
        Assert.Equal([SigningKeyState.Current, SigningKeyState.Announced, SigningKeyState.Announced], keys.Select(key => key.State));
    }

    [Fact]
    public async Task Disabled_versions_are_not_published_and_expired_ones_do_not_sign()
    {
        var signs = _vault.AddKey("global");
        var expired = _vault.AddKey("global");
        expired.Expires = DateTimeOffset.UtcNow.AddDays(-1);
        _vault.AddKey("global").Enabled = false;

        var keys = await _vault.CreateSigner().ListAsync("global", None);

        Assert.Equal([signs.Version, expired.Version], keys.Select(key => key.Version));
        Assert.Equal([SigningKeyState.Current, SigningKeyState.Previous], keys.Select(key => key.State));
    }

    [Fact]
    public async Task Keys_that_do_not_sign_are_not_listed()
    {
        _vault.AddKey("wrapping").Operations = ["wrapKey", "unwrapKey"];
        var curve = _vault.AddKey("curve");
        curve.KeyType = "EC";
        var signer = _vault.CreateSigner();

        Assert.Empty(await signer.ListAsync("wrapping", None));
        Assert.Empty(await signer.ListAsync("curve", None));
        Assert.Null(await signer.FindAsync("curve", curve.Version, None));
    }

    [Fact]
    public async Task A_list_of_many_pages_is_read_to_its_end()
    {
        _vault.PageSize = 2;
        for (var i = 0; i < 5; i++)
            _vault.AddKey("global");

        Assert.Equal(5, (await _vault.CreateSigner().ListAsync("global", None)).Count);
    }

    [Fact]
    public async Task Keys_are_read_by_their_names_so_that_a_grant_on_each_is_enough()
    {
        _vault.AddKey("global");
        var signer = _vault.CreateSigner();
        await signer.ListAsync("global", None);
        var before = _vault.Requests.Count;

        await signer.ListAsync("global", None);

        Assert.Equal(["GET /keys/global/versions"], _vault.Requests.Skip(before));
        var added = await signer.AddAsync("global", null, None);
        await signer.DisableAsync(added, None);
        Assert.DoesNotContain("GET /keys", _vault.Requests);
    }

    [Fact]
    public async Task An_added_version_may_sign_and_verify_and_nothing_else()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        var signer = _vault.CreateSigner();
        var client = new KeyClient(_vault.Uri, _vault.Credential, new KeyClientOptions { Transport = _vault.Transport });

        foreach (var added in new[] { await signer.AddAsync("global", null, None), await signer.AddAsync("global", rsa, None) })
        {
            KeyVaultKey key = await client.GetKeyAsync("global", added.Version);
            Assert.Equal([KeyOperation.Sign, KeyOperation.Verify], key.KeyOperations);
            Assert.Equal("announced", key.Properties.Tags["state"]);
        }
    }

    [Fact]
    public async Task A_first_key_may_sign_and_verify_and_nothing_else()
    {
        var created = await _vault.CreateSigner().CreateAsync("global", None);

        var client = new KeyClient(_vault.Uri, _vault.Credential, new KeyClientOptions { Transport = _vault.Transport });
        KeyVaultKey key = await client.GetKeyAsync("global", created.Version);
        Assert.Equal([KeyOperation.Sign, KeyOperation.Verify], key.KeyOperations);
    }

    [Fact]
    public async Task A_first_key_that_arrives_late_from_a_lost_race_never_counts()
    {
        var won = await _vault.CreateSigner().CreateAsync("global", None);
        _vault.AddKey("global").Tags["origin"] = "first-use";

        Assert.Equal(won.Version, (await _vault.CreateSigner().CreateAsync("global", None)).Version);
        Assert.Equal(won.Version, Assert.Single(await _vault.CreateSigner().ListAsync("global", None)).Version);
    }

    [Fact]
    public async Task A_key_is_not_replaced_behind_the_back_of_an_operator_who_disabled_it()
    {
        _vault.AddKey("global").Enabled = false;

        await Assert.ThrowsAsync<SigningUnavailableException>(() => _vault.CreateSigner().CreateAsync("global", None));
        Assert.DoesNotContain("POST /keys/global/create", _vault.Requests);
    }

    [Fact]
    public async Task Until_it_is_settled_which_first_key_counts_none_is_answered()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        var first = _vault.AddKey("global");
        first.Tags["origin"] = "first-use";
        clock.Advance(first.Created - clock.GetUtcNow());
        var signer = KeyVaultSigner.Create(_vault.Uri, _vault.Credential, clock, _vault.Transport, TimeSpan.FromMilliseconds(200));

        Assert.Empty(await signer.ListAsync("global", None));
        var waiting = signer.CreateAsync("global", None);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(first.Version, (await waiting).Version);
        Assert.Equal(first.Version, Assert.Single(await signer.ListAsync("global", None)).Version);
    }

    [Fact]
    public async Task After_a_rotation_the_new_version_wraps_and_the_old_one_still_unwraps()
    {
        var signer = _vault.CreateSigner();
        var before = await signer.WrapAsync(new byte[] { 1 }, None);
        var rotated = _vault.AddKey("offline-wrap");
        rotated.Operations = ["wrapKey", "unwrapKey"];

        var after = await signer.WrapAsync(new byte[] { 2 }, None);

        Assert.Equal([1], await signer.UnwrapAsync(before, None));
        Assert.Equal([2], await signer.UnwrapAsync(after, None));
        Assert.Contains($"POST /keys/offline-wrap/{rotated.Version}/unwrapkey", _vault.Requests);
    }

    [Fact]
    public async Task A_wrapping_key_that_could_sign_is_not_listed_either()
    {
        _vault.AddKey("offline-wrap").Operations = ["sign", "verify", "wrapKey", "unwrapKey"];

        Assert.Empty(await _vault.CreateSigner().ListAsync("offline-wrap", None));
    }

    [Fact]
    public async Task A_wrapping_key_may_wrap_and_unwrap_and_nothing_else()
    {
        await _vault.CreateSigner().WrapAsync(new byte[32], None);

        var client = new KeyClient(_vault.Uri, _vault.Credential, new KeyClientOptions { Transport = _vault.Transport });
        KeyVaultKey key = await client.GetKeyAsync("offline-wrap");
        Assert.Equal([KeyOperation.WrapKey, KeyOperation.UnwrapKey], key.KeyOperations);
    }
}
