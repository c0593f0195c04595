using System.Numerics;
using System.Security.Cryptography;
using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing;

public sealed class OfflineKeySealTests
{
    private readonly OfflineKeySeal _seal = new(new FakeSigner());

    [Fact]
    public void Blocks_are_what_the_private_key_makes_of_padded_content()
    {
        using var rsa = RSA.Create(2048);
        var pair = OfflineKeyPair.Read(rsa.ExportPkcs8PrivateKey());
        var key = rsa.ExportParameters(includePrivateParameters: true);
        var content = RandomNumberGenerator.GetBytes(245 + 1);

        var locked = pair.Lock(content);

        Assert.Equal(2 * 256, locked.Length);
        byte[][] padded =
        [
            [0, 1, .. Enumerable.Repeat((byte)0xFF, 8), 0, .. content[..245]],
            [0, 1, .. Enumerable.Repeat((byte)0xFF, 252), 0, content[245]],
        ];
        for (var i = 0; i < 2; i++)
        {
            var expected = BigInteger.ModPow(new(padded[i], true, true), new(key.D, true, true), new(key.Modulus, true, true));
            Assert.Equal(expected, new BigInteger(locked.AsSpan(i * 256, 256), true, true));
        }

        Assert.Empty(pair.Lock([]));
    }

    [Fact]
    public async Task A_pair_opens_as_it_was_made()
    {
        var sealedPair = await _seal.MakeAsync(CancellationToken.None);

        var pair = await _seal.OpenAsync(sealedPair, CancellationToken.None);

        Assert.Equal(sealedPair.PublicKeyPem, pair.PublicKeyPem);
    }

    [Fact]
    public async Task A_pair_that_was_tampered_with_does_not_open()
    {
        var made = await _seal.MakeAsync(CancellationToken.None);
        var other = await _seal.MakeAsync(CancellationToken.None);
        var damaged = (byte[])made.PrivateKey.Clone();
        damaged[^1] ^= 1;

        foreach (var pair in (SealedKeyPair[])[made with { PrivateKey = damaged }, made with { PrivateKey = [1] }, made with { PublicKeyPem = other.PublicKeyPem }, made with { WrappedKey = other.WrappedKey }])
            await Assert.ThrowsAsync<SigningUnavailableException>(() => _seal.OpenAsync(pair, CancellationToken.None));
    }
}
