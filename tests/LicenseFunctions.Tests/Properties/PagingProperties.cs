using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Properties;

/// <summary>Pages of licenses while others are made, of another product and of the same owner's other licenses.</summary>
public sealed class PagingProperties
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 30)]
    public async Task Each_license_is_on_one_page_in_the_embedded_store(int seed, int perPage)
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        await CheckAsync(store, seed, perPage);
    }

    [AzuriteTheory]
    [InlineData(3, 13)]
    public async Task Each_license_is_on_one_page_in_the_table_service(int seed, int perPage) =>
        await CheckAsync(await Azurite.NewStoreAsync(), seed, perPage);

    private static async Task CheckAsync(ITableStore store, int seed, int perPage)
    {
        await using var host = await ApiHost.StartAsync(store);
        var random = new Random(seed);
        var (product, other) = (await host.ProductAsync(), await host.ProductAsync());
        var made = (await host.AvailableAsync(product, 60 + random.Next(40))).Select(license => license.Key).ToArray();
        var seen = new List<string>();
        for (var page = 1; ; page++)
        {
            var answer = await host.GetAsync($"/api/v1/get-license-keys?product_id={product.Id}&status=available&page={page}&per_page={perPage}");
            var keys = answer.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetProperty("license_key").GetString()!).ToArray();
            if (keys.Length == 0)
                break;
            seen.AddRange(keys);
            await host.AvailableAsync(other, random.Next(1, 4));
            await host.LicenseAsync(other);
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }
}
