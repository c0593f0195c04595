using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DeleteProductTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/delete-product";

    [Fact]
    public async Task A_product_is_deleted_signed_by_the_global_key()
    {
        var product = await api.Host.ProductAsync(draft => draft with { SigningKeyName = SharedApi.OwnKey });

        var answer = await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"));

        answer.ShouldSay("global", $"\"code\":550,\"message\":\"Product deleted\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task The_second_time_it_is_unknown_and_so_is_its_uuid()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.PostAsync(Path, ("product_uuid", product.Uuid));

        var byNumber = await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"));
        var byUuid = await api.Host.PostAsync(Path, ("product_uuid", product.Uuid));

        byNumber.ShouldSay("global", $"\"code\":551,\"message\":\"Product not found\",\"timestamp\":{api.Timestamp}");
        byUuid.ShouldBe(551, "Product not found");
    }

    [Theory]
    [InlineData("product_id", "0")]
    [InlineData("product_id", "-1")]
    [InlineData("product_id", "9223372036854775807")]
    [InlineData("product_id", "1;2")]
    [InlineData("name", "no product at all")]
    public async Task What_names_no_product_is_not_found(string field, string value)
    {
        var answer = await api.Host.PostAsync(Path, (field, value));

        answer.ShouldBe(551, "Product not found");
    }

    [Fact]
    public async Task Its_licenses_stay_and_answer_that_it_is_gone()
    {
        var product = await api.Host.ProductAsync(draft => draft with { SigningKeyName = SharedApi.OwnKey });
        var license = await api.Host.LicenseAsync(product);
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"));

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldBe(203, "The product associated with this license key is not active or doesn't exist");
    }

    [Fact]
    public async Task Its_number_is_not_given_again_but_its_slug_is()
    {
        var product = await api.Host.ProductAsync(draft => draft with { Name = "Once" });
        await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"));

        var next = await api.Host.ProductAsync(draft => draft with { Name = "Once" });

        Assert.True(next.Id > product.Id);
        Assert.Equal("once", next.Slug);
    }
}
