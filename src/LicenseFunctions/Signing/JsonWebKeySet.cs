using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace LicenseFunctions.Signing;

/// <summary>The key set that clients verify answers with (RFC 7517).</summary>
public static class JsonWebKeySet
{
    /// <summary>What the document is served as.</summary>
    public const string ContentType = "application/jwk-set+json";

    /// <summary>The document, in UTF-8: the current global key first, then the other current, the announced, the previous ones.</summary>
    public static async Task<byte[]> WriteAsync(SigningKeys keys, CancellationToken cancel) =>
        Write(await keys.AllAsync(cancel));

    /// <inheritdoc cref="WriteAsync"/>
    public static byte[] Write(IEnumerable<SigningKey> keys)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys"u8);
            foreach (var key in keys.OrderBy(Rank)) // A stable sort: equal ranks stay in the order of the listing.
                Write(json, key);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static int Rank(SigningKey key) => key.State switch
    {
        SigningKeyState.Current => key.Name == SigningKeys.Global ? 0 : 1,
        SigningKeyState.Announced => 2,
        SigningKeyState.Previous => 3,
    };

    private static void Write(Utf8JsonWriter json, SigningKey key)
    {
        json.WriteStartObject();
        json.WriteString("kty"u8, "RSA"u8);
        json.WriteString("use"u8, "sig"u8);
        json.WriteString("alg"u8, "RS256"u8);
        json.WriteString("kid"u8, key.KeyId);
        json.WriteString("n"u8, Base64Url.EncodeToString(key.Modulus));
        json.WriteString("e"u8, Base64Url.EncodeToString(key.Exponent));
        json.WriteEndObject();
    }
}
