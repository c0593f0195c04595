using FsCheck.Fluent;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Properties;

/// <summary>Pages of licenses while others are made, of another product and of the same owner's other licenses.</summary>
public sealed class PagingProperties
{
    [Fact]
    public async Task Each_license_is_on_one_page_in_the_embedded_store()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        await CheckAsync(store, cost: 50);
    }

    [AzuriteFact]
    public async Task Each_license_is_on_one_page_in_the_table_service() => await CheckAsync(await Azurite.NewStoreAsync(), cost: 200);

    private static async Task CheckAsync(ITableStore store, int cost)
    {
        await using var host = await ApiHost.StartAsync(store);
        Checked.For(
            from seed in Gen.Choose(0, int.MaxValue) from perPage in Gen.Choose(5, 50) select (seed, perPage),
            each => HoldsAsync(host, new(each.seed), each.perPage).GetAwaiter().GetResult(), cost);
    }

    private static async Task<bool> HoldsAsync(ApiHost host, Random random, int perPage)
    {
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

        return made.Order(StringComparer.Ordinal).SequenceEqual(seen.Order(StringComparer.Ordinal));
    }
}
