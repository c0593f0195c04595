using System.Buffers.Text;
using System.Text.Json;
using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing;

public sealed class JsonWebKeySetTests
{
    private readonly FakeSigner _signer = new();

    [Fact]
    public async Task The_current_global_key_is_first_then_current_announced_and_previous_ones()
    {
        var previous = _signer.Add("global", SigningKeyState.Previous);
        var announced = _signer.Add("product-1", SigningKeyState.Announced);
        var product = _signer.Add("a-product");
        var global = _signer.Add("global");

        var keys = await KeysAsync();

        Assert.Equal(
            [global.KeyId, product.KeyId, announced.KeyId, previous.KeyId],
            keys.Select(key => key.GetProperty("kid").GetString()));
    }

    [Fact]
    public async Task A_key_carries_what_a_verifier_needs_and_nothing_else()
    {
        var global = _signer.Add("global");

        var key = Assert.Single(await KeysAsync());

        Assert.Equal(["kty", "use", "alg", "kid", "n", "e"], key.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("RSA", "sig", "RS256"), (Text(key, "kty"), Text(key, "use"), Text(key, "alg")));
        Assert.Equal(global.Modulus, Base64Url.DecodeFromChars(Text(key, "n")));
        Assert.Equal("AQAB", Text(key, "e"));
    }

    [Fact]
    public async Task An_empty_signer_publishes_the_global_key_that_is_made_for_it() => Assert.Single(await KeysAsync());

    private static string Text(JsonElement key, string name) => key.GetProperty(name).GetString()!;

    private async Task<JsonElement[]> KeysAsync()
    {
        var directory = KeyDirectory.Empty with { Names = _ => Task.FromResult<IReadOnlyCollection<string>>(["product-1", "a-product"]) };
        var keys = new SigningKeys(_signer, new SignatureCache(_signer), new ManualTimeProvider(), directory);
        var document = await JsonWebKeySet.WriteAsync(keys, CancellationToken.None);
        return [.. JsonDocument.Parse(document).RootElement.GetProperty("keys").EnumerateArray()];
    }
}
