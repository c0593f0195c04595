using System.Buffers.Text;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Tests.Signing;

public sealed class SigningKeyTests
{
    /// <summary>RFC 7638, section 3.1.</summary>
    [Fact]
    public void The_key_id_is_the_published_thumbprint_of_the_published_key()
    {
        var modulus = Base64Url.DecodeFromChars(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
            + "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
            + "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw");
        var exponent = Base64Url.DecodeFromChars("AQAB");

        var key = new SigningKey("global", "1", SigningKeyState.Current, modulus, exponent);

        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.KeyId);
    }
}
