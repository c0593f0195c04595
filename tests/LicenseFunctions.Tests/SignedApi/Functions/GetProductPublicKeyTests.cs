using System.Buffers.Text;
using System.Security.Cryptography;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetProductPublicKeyTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Fact]
    public async Task Any_product_has_one_made_when_it_is_first_asked_for_and_the_same_ever_after()
    {
        var product = await api.ProductAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.Host.GetAsync($"/api/v1/get-product-public-key?product_uuid={product.Uuid}")));

        var answer = answers[0];
        answer.ShouldBe(632, "Public key retrieved successfully");
        Assert.Equal(product.Uuid, answer.Response.GetProperty("product_uuid").GetString());
        Assert.Single(answers.Select(each => each.Response.GetProperty("public_key").GetString()).Distinct());
        using var rsa = RSA.Create();
        rsa.ImportFromPem(answer.Response.GetProperty("public_key").GetString());
        Assert.Equal(2048, rsa.KeySize);
    }

    [Fact]
    public async Task Processes_that_make_it_at_once_agree_on_one()
    {
        var product = await api.ProductAsync();
        await using var other = await ApiHost.StartAsync(api.Host.Store, time: api.Clock);

        var answers = await Task.WhenAll(new[] { api.Host, other }.Select(host => host.GetAsync($"/api/v1/get-product-public-key?product_slug={product.Slug}")));

        Assert.Equal(answers[0].Response.GetProperty("public_key").GetString(), answers[1].Response.GetProperty("public_key").GetString());
    }

    [Fact]
    public async Task It_is_not_in_the_key_set_of_the_answers()
    {
        var product = await api.ProductAsync();
        var answer = await api.Host.GetAsync($"/api/v1/get-product-public-key?product_id={product.Id}");
        using var rsa = RSA.Create();
        rsa.ImportFromPem(answer.Response.GetProperty("public_key").GetString());

        var keySet = await api.Host.Http.GetStringAsync("/.well-known/jwks.json");

        Assert.Contains(Base64Url.EncodeToString((await api.Host.Keys.GlobalAsync(CancellationToken.None)).Modulus), keySet, StringComparison.Ordinal);
        Assert.DoesNotContain(Base64Url.EncodeToString(rsa.ExportParameters(false).Modulus), keySet, StringComparison.Ordinal);
        Assert.DoesNotContain(await api.Host.Keys.AllAsync(CancellationToken.None), key => key.Name == "offline-wrap");
    }

    [Fact]
    public async Task The_private_half_is_stored_under_a_wrapped_key_only()
    {
        var product = await api.ProductAsync();
        await api.Host.GetAsync($"/api/v1/get-product-public-key?product_id={product.Id}");

        var rows = new List<LicenseFunctions.Storage.Row>();
        await foreach (var row in api.Host.Store.ListAsync(new("catalog", "product", $"key.{product.Id:D12}."), CancellationToken.None))
            rows.Add(row);

        var values = Assert.Single(rows).Values;
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----", values.GetText("public_key"), StringComparison.Ordinal);
        Assert.ThrowsAny<CryptographicException>(() => RSA.Create().ImportPkcs8PrivateKey(values.GetBinary("private_key").AsSpan(28), out _));
        Assert.True(values.GetBinary("wrapped_key")!.Length > 256);
    }

    [Fact]
    public async Task A_product_that_there_is_not_has_none() =>
        (await api.Host.GetAsync("/api/v1/get-product-public-key?product_slug=none")).ShouldBe(633, "Public key not available for product");
}
