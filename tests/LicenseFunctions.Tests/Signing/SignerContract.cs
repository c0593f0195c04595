using System.Security.Cryptography;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Tests.Signing;

/// <summary>What every signer does. Each call of <see cref="OpenAsync"/> is another process over the same keys.</summary>
public abstract class SignerContract
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly byte[] Digest = SHA256.HashData("what is signed"u8);

    protected abstract Task<ISigner> OpenAsync();

    [Fact]
    public async Task Nothing_is_listed_before_anything_was_created() =>
        Assert.Empty(await (await OpenAsync()).ListAsync("global", None));

    [Fact]
    public async Task A_created_key_is_listed_as_current()
    {
        var signer = await OpenAsync();

        var created = await signer.CreateAsync("global", None);

        var listed = Assert.Single(await signer.ListAsync("global", None));
        Assert.Equal(("global", SigningKeyState.Current), (created.Name, created.State));
        Assert.Equal((created.Name, created.Version, created.State), (listed.Name, listed.Version, listed.State));
        Assert.Equal(created.KeyId, listed.KeyId);
        Assert.Equal(256, created.Modulus.Length);
    }

    [Fact]
    public async Task Only_the_keys_of_the_name_are_listed()
    {
        var signer = await OpenAsync();
        foreach (var name in (string[])["product-2", "global", "product-10"])
            await signer.CreateAsync(name, None);

        Assert.Equal(["product-10"], (await signer.ListAsync("product-10", None)).Select(key => key.Name));
        Assert.Empty(await signer.ListAsync("product-1", None));
        Assert.Empty(await signer.ListAsync("../global", None));
    }

    [Fact]
    public async Task An_added_version_signs_nothing_of_itself_and_yet_can_sign()
    {
        var signer = await OpenAsync();
        var first = await signer.CreateAsync("global", None);

        var added = await signer.AddAsync("global", null, None);

        var other = await OpenAsync();
        var listed = await other.ListAsync("global", None);
        Assert.Equal([(first.KeyId, SigningKeyState.Current), (added.KeyId, SigningKeyState.Announced)], listed.Select(key => (key.KeyId, key.State)));
        Assert.Equal(first.KeyId, (await other.CreateAsync("global", None)).KeyId);
        Assert.NotNull(added.CreatedAt);
        using var verifier = added.ToRsa();
        Assert.True(verifier.VerifyHash(Digest, await other.SignAsync(added, Digest, None), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    public async Task A_key_that_is_taken_over_signs_as_it_always_did(int bits)
    {
        using var rsa = RSA.Create(bits);
        var signer = await OpenAsync();

        var taken = await signer.AddAsync("global", rsa, None);

        var found = await (await OpenAsync()).FindAsync("global", taken.Version, None);
        Assert.Equal(taken.KeyId, found!.KeyId);
        Assert.Equal(rsa.ExportParameters(false).Modulus, found.Modulus);
        Assert.Equal(rsa.SignHash(Digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), await signer.SignAsync(found, Digest, None));
    }

    [Fact]
    public async Task A_name_with_nothing_but_added_versions_is_given_no_first_key()
    {
        var signer = await OpenAsync();
        await signer.AddAsync("global", null, None);

        await Assert.ThrowsAsync<SigningUnavailableException>(() => signer.CreateAsync("global", None));
        Assert.Equal(SigningKeyState.Announced, Assert.Single(await signer.ListAsync("global", None)).State);
    }

    [Fact]
    public async Task A_disabled_version_is_gone_for_every_process()
    {
        var signer = await OpenAsync();
        var first = await signer.CreateAsync("global", None);
        var added = await signer.AddAsync("global", null, None);

        await signer.DisableAsync(added, None);

        var other = await OpenAsync();
        Assert.Null(await other.FindAsync("global", added.Version, None));
        Assert.Equal(first.KeyId, Assert.Single(await other.ListAsync("global", None)).KeyId);
        await Assert.ThrowsAsync<SigningUnavailableException>(() => other.SignAsync(added, Digest, None));
    }

    [Fact]
    public async Task What_was_never_there_is_not_found()
    {
        var signer = await OpenAsync();
        await signer.CreateAsync("global", None);

        Assert.Null(await signer.FindAsync("global", "20200101T000000000Z", None));
        Assert.Null(await signer.FindAsync("product-1", "20200101T000000000Z", None));
    }

    [Fact]
    public async Task A_signature_verifies_with_the_public_half()
    {
        var signer = await OpenAsync();
        var key = await signer.CreateAsync("global", None);

        var signature = await signer.SignAsync(key, Digest, None);

        using var verifier = key.ToRsa();
        Assert.True(verifier.VerifyHash(Digest, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public async Task Equal_input_has_equal_signatures_also_from_many_callers_at_once()
    {
        var signer = await OpenAsync();
        var key = await signer.CreateAsync("global", None);

        var signatures = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => signer.SignAsync(key, Digest, None)));

        Assert.All(signatures, signature => Assert.Equal(signatures[0], signature));
    }

    [Fact]
    public async Task Creating_again_answers_the_current_key()
    {
        var signer = await OpenAsync();
        var first = await signer.CreateAsync("global", None);

        Assert.Equal(first.KeyId, (await signer.CreateAsync("global", None)).KeyId);
        Assert.Single(await signer.ListAsync("global", None));
    }

    [Fact]
    public async Task Processes_that_create_at_once_agree_on_one_key()
    {
        ISigner[] signers = [await OpenAsync(), await OpenAsync(), await OpenAsync(), await OpenAsync()];

        var created = await Task.WhenAll(signers.Select(signer => Task.Run(() => signer.CreateAsync("global", None))));

        Assert.Single(created.Select(key => key.KeyId).Distinct());
        Assert.Equal(created[0].KeyId, (await signers[0].ListAsync("global", None))[0].KeyId);
    }

    [Fact]
    public async Task A_restart_keeps_the_key()
    {
        var before = await OpenAsync();
        var key = await before.CreateAsync("global", None);
        var signature = await before.SignAsync(key, Digest, None);

        var after = await OpenAsync();

        Assert.Equal(key.KeyId, Assert.Single(await after.ListAsync("global", None)).KeyId);
        Assert.Equal(signature, await after.SignAsync(key, Digest, None));
    }

    [Fact]
    public async Task An_unknown_version_cannot_sign()
    {
        var signer = await OpenAsync();
        var key = await signer.CreateAsync("global", None);

        await Assert.ThrowsAsync<SigningUnavailableException>(
            () => signer.SignAsync(key with { Version = "20200101T000000000Z" }, Digest, None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Global")]
    [InlineData("../global")]
    [InlineData("a/b")]
    [InlineData("offline-wrap")]
    public async Task Names_that_are_no_names_are_refused(string name)
    {
        var signer = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => signer.CreateAsync(name, None));
        await Assert.ThrowsAsync<ArgumentException>(() => signer.AddAsync(name, null, None));
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_not_unavailable()
    {
        var signer = await OpenAsync();
        var key = await signer.CreateAsync("global", None);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.ListAsync("global", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.FindAsync("global", key.Version, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.CreateAsync("global", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.AddAsync("global", null, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.DisableAsync(key, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.SignAsync(key, Digest, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.WrapAsync(new byte[32], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.UnwrapAsync(new byte[32], cancelled));
    }

    [Fact]
    public async Task What_one_process_wrapped_another_unwraps()
    {
        var key = RandomNumberGenerator.GetBytes(32);

        var wrapped = await (await OpenAsync()).WrapAsync(key, None);

        Assert.Equal(key, await (await OpenAsync()).UnwrapAsync(wrapped, None));
        Assert.Equal(-1, wrapped.AsSpan().IndexOf(key));
    }

    [Fact]
    public async Task Processes_that_wrap_for_the_first_time_at_once_unwrap_what_the_others_wrapped()
    {
        ISigner[] signers = [await OpenAsync(), await OpenAsync(), await OpenAsync(), await OpenAsync()];

        var wrapped = await Task.WhenAll(signers.Select(signer => Task.Run(() => signer.WrapAsync(new byte[] { 1, 2, 3 }, None))));

        foreach (var each in wrapped)
            Assert.Equal([1, 2, 3], await signers[0].UnwrapAsync(each, None));
    }

    [Fact]
    public async Task The_key_that_wraps_is_not_listed()
    {
        var signer = await OpenAsync();

        await signer.WrapAsync(new byte[32], None);

        Assert.Empty(await signer.ListAsync("offline-wrap", None));
    }

    [Fact]
    public async Task What_was_not_wrapped_here_is_not_unwrapped()
    {
        var signer = await OpenAsync();
        var damaged = await signer.WrapAsync(new byte[32], None);
        damaged[^1] ^= 1;
        byte[] unknownVersion = [1, (byte)'x', .. damaged];

        foreach (var wrapped in (byte[][])[[], [200, 1, 2], damaged, unknownVersion])
            await Assert.ThrowsAsync<SigningUnavailableException>(() => signer.UnwrapAsync(wrapped, None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public async Task Only_content_keys_are_wrapped(int bytes)
    {
        var signer = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => signer.WrapAsync(new byte[bytes], None));
    }
}
