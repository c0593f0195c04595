using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetAvailableLicenseKeysCountTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/get-available-license-keys-count";

    [Fact]
    public async Task The_count_is_told_in_the_documented_form()
    {
        var product = await api.Host.ProductAsync(draft => draft with { SigningKeyName = SharedApi.OwnKey });
        await api.Host.AvailableAsync(product, 3);

        var answer = await api.Host.GetAsync($"{Path}?product_id={product.Id}");

        answer.ShouldSay("global", $"\"code\":741,\"message\":\"Available license keys count\",\"count\":3,\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task It_is_exact_and_of_available_licenses_alone()
    {
        var product = await api.Host.ProductAsync();
        var licenses = await api.Host.AvailableAsync(product, 211);
        await api.Host.AvailableAsync(product, 2, draft => draft with { Status = LicenseStatus.Reserved });
        await api.Host.AvailableAsync(await api.Host.ProductAsync(), 1);

        await api.Host.PostAsync("/api/v1/assign-license-key", ("license_key", licenses[0].Key));

        Assert.Equal(210, await api.Host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task A_product_is_named_by_number_uuid_or_slug_and_a_blank_name_is_none()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.AvailableAsync(product, 2);

        foreach (var query in (string[])[$"product_id={product.Id}", $"product_id=&product_uuid={product.Uuid}", $"product_slug={product.Slug}"])
            Assert.Equal(2, (await CountAsync(query)).Response.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_generator_that_is_named_alone_stands_for_its_product()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.AvailableAsync(product, 2);
        var generator = await api.Host.GeneratorAsync(product, draft => draft with { IsActive = false });

        foreach (var query in (string[])[$"generator_uuid={generator.Uuid}", $"generator_id={generator.Id}", $"product_id=&product_uuid=&generator_uuid={generator.Uuid}"])
            Assert.Equal(2, (await CountAsync(query)).Response.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_product_that_is_named_counts_more_than_the_generator()
    {
        var (product, other) = (await api.Host.ProductAsync(), await api.Host.ProductAsync());
        await api.Host.AvailableAsync(product, 1);
        var generator = await api.Host.GeneratorAsync(other);

        Assert.Equal(1, (await CountAsync($"product_uuid={product.Uuid}&generator_uuid={generator.Uuid}")).Response.GetProperty("count").GetInt32());
        (await CountAsync($"product_id=99999&generator_uuid={generator.Uuid}")).ShouldBe(740, "Product doesn't exist");
    }

    [Fact]
    public async Task Nothing_that_there_is_has_no_count()
    {
        var product = await api.Host.ProductAsync();
        var generator = await api.Host.GeneratorAsync(product);
        await api.Host.PostAsync("/api/v1/delete-product", ("product_id", $"{product.Id}"));

        foreach (var query in (string[])["", "product_id=99999", $"product_id={product.Id}", $"generator_uuid={generator.Uuid}", $"generator_uuid={Guid.NewGuid()}"])
            (await CountAsync(query)).ShouldBe(740, "Product doesn't exist");
    }

    private Task<SignedReply> CountAsync(string query) => api.Host.GetAsync($"{Path}?{query}");
}
