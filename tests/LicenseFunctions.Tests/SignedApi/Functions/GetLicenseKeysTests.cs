using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetLicenseKeysTests
{
    private const string Path = "/api/v1/get-license-keys";

    [Fact]
    public async Task A_created_license_is_listed_in_the_documented_form()
    {
        await using var host = await ApiHost.StartAsync(time: new ManualTimeProvider(DateTimeOffset.Parse("2026-01-15T10:30:00Z", null)));
        await host.ProductAsync();
        await host.PostAsync("/api/v1/create-license-keys", ("product_id", "1"), ("license_keys", "[\"A/1\"]"));

        var answer = await host.GetAsync(Path);

        answer.ShouldBe(730, "License keys");
        Assert.Equal(
            """[{"id":1,"product_id":1,"license_key":"A\/1","owner_name":null,"owner_email":null,"activation_limit":1,"validity":0,"assigned_at":null,"status":"available","created_at":"2026-01-15T10:30:00.000000Z","updated_at":"2026-01-15T10:30:00.000000Z"}]""",
            answer.Response.GetProperty("license_keys").GetRawText());
    }

    [Fact]
    public async Task Pages_hold_each_license_once_in_the_order_of_their_numbers()
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        await CreateAsync(host, product, 523, LicenseStatus.Available);
        var ids = new List<long>();

        for (var page = 1; page <= 7; page++)
            ids.AddRange(Ids(await host.GetAsync($"{Path}?product_id={product.Id}&page={page}&per_page=75")));

        Assert.Equal(Enumerable.Range(1, 523).Select(id => (long)id), ids);
    }

    [Fact]
    public async Task Pages_of_all_products_hold_each_license_once_by_product_and_number()
    {
        await using var host = await ApiHost.StartAsync();
        var products = new List<Product>();
        for (var i = 0; i < 20; i++)
            products.Add(await host.ProductAsync());
        foreach (var (i, product) in products.Index().Reverse())
            await CreateAsync(host, product, i % 5, LicenseStatus.Available);
        var lists = new List<long[]>();

        for (var page = 1; page <= 6; page++)
            lists.Add([.. Ids(await host.GetAsync($"{Path}?page={page}&per_page=7"))]);

        // The last product's were made first: its four have the first numbers, and come last.
        Assert.Equal([7, 7, 7, 7, 7, 5], lists.Select(list => list.Length));
        Assert.Equal(Enumerable.Range(1, 40).Select(id => (long)id), lists.SelectMany(list => list).Order());
        Assert.Equal([1L, 2L, 3L, 4L], lists.SelectMany(list => list).TakeLast(4));
        Assert.Equal([40L, 38L, 39L, 35L, 36L, 37L, 31L], lists[0]);
    }

    [Fact]
    public async Task A_status_finds_its_licenses_alone()
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        await CreateAsync(host, product, 250, LicenseStatus.Available);
        await CreateAsync(host, product, 3, LicenseStatus.Reserved);
        await CreateAsync(host, product, 250, LicenseStatus.Available);

        var reserved = await host.GetAsync($"{Path}?product_uuid={product.Uuid}&status=reserved&per_page=1000");

        Assert.Equal([251L, 252L, 253L], Ids(reserved));
    }

    [Fact]
    public async Task What_becomes_of_a_license_moves_it_between_the_lists()
    {
        await using var host = await ApiHost.StartAsync();
        var (first, second) = (await host.ProductAsync(), await host.ProductAsync());
        var license = await host.LicenseAsync(first, draft => draft with { Status = LicenseStatus.Available, AssignedAt = null });

        await host.PostAsync("/api/v1/assign-license-key", ("license_key", license.Key), ("email", "Ada@Example.com"));
        Assert.Single(Ids(await host.GetAsync($"{Path}?owner_email=ada@example.com&status=assigned")));
        Assert.Empty(Ids(await host.GetAsync($"{Path}?product_id={first.Id}&status=available")));

        await host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("product_id", $"{second.Id}"), ("owner_email", "b@example.com"));
        Assert.Empty(Ids(await host.GetAsync($"{Path}?product_id={first.Id}")));
        Assert.Empty(Ids(await host.GetAsync($"{Path}?owner_email=ada@example.com")));
        Assert.Single(Ids(await host.GetAsync($"{Path}?product_id={second.Id}&customer_email=b@example.com")));

        await host.PostAsync("/api/v1/delete-license-key", ("license_key", license.Key));
        Assert.Empty(Ids(await host.GetAsync(Path)));
        Assert.Empty(Ids(await host.GetAsync($"{Path}?owner_email=b@example.com")));
    }

    [Theory]
    [InlineData("product_id=")]
    [InlineData("product_uuid=%20&product_slug=&status=")]
    public async Task What_is_sent_blank_is_not_asked_for(string query)
    {
        await using var host = await ApiHost.StartAsync();
        await host.LicenseAsync();

        Assert.Single(Ids(await host.GetAsync($"{Path}?{query}")));
    }

    [Fact]
    public async Task Licenses_of_a_deleted_product_are_listed_where_no_product_is_asked_for()
    {
        await using var host = await ApiHost.StartAsync();
        var (first, last) = (await host.LicenseAsync(), await host.LicenseAsync(draft => draft with { OwnerEmail = "ada@example.com" }));
        await host.PostAsync("/api/v1/delete-product", ("product_id", $"{first.ProductId}"));
        await host.PostAsync("/api/v1/delete-product", ("product_id", $"{last.ProductId}"));

        var all = Ids(await host.GetAsync(Path)).ToArray();

        Assert.Equal(2, all.Length);
        Assert.Equal(all[1..], Ids(await host.GetAsync($"{Path}?owner_email=ada@example.com")));
        Assert.Equal(all[1..], Ids(await host.GetAsync($"{Path}?page=2&per_page=1&status=assigned")));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1")]
    [InlineData("99")]
    [InlineData("assigned,available")]
    public async Task A_status_that_is_none_finds_nothing(string status)
    {
        await using var host = await ApiHost.StartAsync();
        await host.LicenseAsync();

        Assert.Empty(Ids(await host.GetAsync($"{Path}?status={status}")));
    }

    private static Task<CreationResult> CreateAsync(ApiHost host, Product product, int count, LicenseStatus status) =>
        host.Services.GetRequiredService<LicenseCreation>().CreateAsync(
            new License { Key = "", Id = 0, ProductId = product.Id, Status = status },
            [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString())], CancellationToken.None);

    private static IEnumerable<long> Ids(SignedReply answer) =>
        answer.Response.GetProperty("license_keys").EnumerateArray().Select(license => license.GetProperty("id").GetInt64());
}
