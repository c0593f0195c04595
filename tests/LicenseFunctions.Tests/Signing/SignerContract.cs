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
        Assert.Empty(await (await OpenAsync()).ListAsync(None));

    [Fact]
    public async Task A_created_key_is_listed_as_current()
    {
        var signer = await OpenAsync();

        var created = await signer.CreateAsync("global", None);

        var listed = Assert.Single(await signer.ListAsync(None));
        Assert.Equal(("global", SigningKeyState.Current), (created.Name, created.State));
        Assert.Equal((created.Name, created.Version, created.State), (listed.Name, listed.Version, listed.State));
        Assert.Equal(created.KeyId, listed.KeyId);
        Assert.Equal(256, created.Modulus.Length);
    }

    [Fact]
    public async Task Keys_are_listed_by_name_in_ordinal_order()
    {
        var signer = await OpenAsync();
        foreach (var name in (string[])["product-2", "global", "product-10"])
            await signer.CreateAsync(name, None);

        Assert.Equal(["global", "product-10", "product-2"], (await signer.ListAsync(None)).Select(key => key.Name));
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
        Assert.Single(await signer.ListAsync(None));
    }

    [Fact]
    public async Task Processes_that_create_at_once_agree_on_one_key()
    {
        ISigner[] signers = [await OpenAsync(), await OpenAsync(), await OpenAsync(), await OpenAsync()];

        var created = await Task.WhenAll(signers.Select(signer => Task.Run(() => signer.CreateAsync("global", None))));

        Assert.Single(created.Select(key => key.KeyId).Distinct());
        Assert.Equal(created[0].KeyId, (await signers[0].ListAsync(None))[0].KeyId);
    }

    [Fact]
    public async Task A_restart_keeps_the_key()
    {
        var before = await OpenAsync();
        var key = await before.CreateAsync("global", None);
        var signature = await before.SignAsync(key, Digest, None);

        var after = await OpenAsync();

        Assert.Equal(key.KeyId, Assert.Single(await after.ListAsync(None)).KeyId);
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
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_not_unavailable()
    {
        var signer = await OpenAsync();
        var key = await signer.CreateAsync("global", None);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.ListAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signer.CreateAsync("global", cancelled));
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

        Assert.Empty(await signer.ListAsync(None));
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
