using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class CreateProductMetaTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Fact]
    public async Task Metadata_is_created_and_the_product_key_signs()
    {
        var product = await api.ProductAsync();

        var answer = await api.CallAsync("create-product-meta", product, ("key", "test-key"), ("value", "test value"));

        answer.ShouldBe(273, "Product meta created", CatalogApi.OwnKey);
        Assert.Equal("""{"code":273,"message":"Product meta created","timestamp":1768473000}""", answer.Response.GetRawText());
    }

    [Fact]
    public async Task Later_clients_call_the_fields_otherwise()
    {
        var product = await api.ProductAsync();

        var answer = await api.Host.PostAsync(
            "/v1/create-product-meta", ("product_uuid", product.Uuid), ("meta_key", "colour"), ("meta_value", "red/ü"));

        answer.ShouldBe(273, "Product meta created", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task An_unknown_product_is_answered_by_the_global_key()
    {
        var answer = await api.Host.PostAsync("/api/v1/create-product-meta", ("product_id", "999999"), ("key", "k"), ("value", "v"));

        answer.ShouldBe(274, "Product not found");
    }

    [Fact]
    public async Task Key_and_value_are_required()
    {
        var product = await api.ProductAsync();

        (await api.CallAsync("create-product-meta", product, ("value", "v"))).ShouldBe(270, "Meta key is required", CatalogApi.OwnKey);
        (await api.CallAsync("create-product-meta", product, ("key", "k"), ("value", " "))).ShouldBe(271, "Meta value is required", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task A_key_that_exists_is_not_created_again()
    {
        var product = await api.ProductAsync();
        await api.CallAsync("create-product-meta", product, ("key", "k"), ("value", "first"));

        var answer = await api.CallAsync("create-product-meta", product, ("key", "k"), ("value", "second"));

        answer.ShouldBe(272, "Meta key already exists", CatalogApi.OwnKey);
        Assert.Equal("k=first", CatalogApi.MetaOf((await api.Host.GetAsync($"/api/v1/get-product-meta?product_id={product.Id}")).Response));
    }

    [Theory]
    [InlineData(256, 1, 270, "key", "The key field must not be greater than 255 characters.")]
    [InlineData(1, 10_001, 271, "value", "The value field must not be greater than 10000 characters.")]
    public async Task What_is_too_long_is_refused_with_the_reason(int keyLength, int valueLength, int code, string field, string reason)
    {
        var product = await api.ProductAsync();

        var answer = await api.CallAsync(
            "create-product-meta", product, ("key", new string('k', keyLength)), ("value", new string('v', valueLength)));

        Assert.Equal($"{code}", answer.Code);
        Assert.Equal(reason, answer.Response.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task The_longest_key_and_value_are_taken()
    {
        var product = await api.ProductAsync();

        var answer = await api.CallAsync("create-product-meta", product, ("key", new string('/', 255)), ("value", new string('ü', 10_000)));

        answer.ShouldBe(273, "Product meta created", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task Of_several_that_come_at_once_only_so_many_are_created_as_there_is_room()
    {
        var product = await api.ProductAsync();
        for (var i = 0; i < 97; i++)
            (await api.CallAsync("create-product-meta", product, ("key", $"k{i}"), ("value", "v"))).ShouldBe(273, "Product meta created", CatalogApi.OwnKey);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            api.CallAsync("create-product-meta", product, ("key", $"late{i}"), ("value", "v"))));

        Assert.Equal(3, answers.Count(answer => answer.Code == "273"));
        Assert.All(answers.Where(answer => answer.Code != "273"), answer => Assert.Equal("270", answer.Code));
    }

    [Fact]
    public async Task Of_several_that_create_the_same_key_at_once_one_does()
    {
        var product = await api.ProductAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            api.CallAsync("create-product-meta", product, ("key", "k"), ("value", $"v{i}"))));

        Assert.Single(answers, answer => answer.Code == "273");
        Assert.Equal(7, answers.Count(answer => answer.Code == "272"));
    }
}
