using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LicenseFunctions.Tests.Support;

/// <summary>Opens <c>.lic</c> files as a client does, with the public key alone and nothing of ours.</summary>
public static class LicenseFiles
{
    public static JsonElement Open(string base64, string publicKeyPem)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(publicKeyPem);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        var (modulus, exponent) = (new BigInteger(key.Modulus, true, true), new BigInteger(key.Exponent, true, true));
        var json = Convert.FromBase64String(base64).Chunk(rsa.KeySize / 8).SelectMany(block =>
        {
            var opened = BigInteger.ModPow(new BigInteger(block, true, true), exponent, modulus).ToByteArray(true, true);

            // The first byte of the padding is 0 and so not there; then 1, at least eight FF, 0.
            var end = Array.IndexOf(opened, (byte)0);
            Assert.Equal((rsa.KeySize / 8) - 1, opened.Length);
            Assert.Equal(1, opened[0]);
            Assert.True(end > 8);
            Assert.All(opened[1..end], b => Assert.Equal(0xFF, b));
            return opened[(end + 1)..];
        });
        return JsonDocument.Parse(Encoding.UTF8.GetString([.. json])).RootElement;
    }
}
