using System.Runtime.CompilerServices;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

/// <summary>What get-all-products shows of metadata, and what that costs.</summary>
public sealed class ProductListTests
{
    [Fact]
    public async Task Each_product_has_its_own_metadata_and_all_of_it_is_read_by_two_listings()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var store = new CatalogCounter(sqlite);
        await using var host = await ApiHost.StartAsync(store);
        for (var i = 1; i <= 3; i++)
        {
            var product = await host.ProductAsync();
            await host.PostAsync("/api/v1/create-product-meta", ("product_id", $"{product.Id}"), ("key", "n"), ("value", $"{i}"));
            await host.PostAsync("/api/v1/create-product-meta", ("product_id", $"{product.Id}"), ("key", "a"), ("value", "x"));
        }

        await host.ProductAsync();
        store.Operations = 0;

        var answer = await host.GetAsync("/api/v1/get-all-products");

        answer.ShouldBe(810, "All products");
        Assert.Equal(["n=1 a=x", "n=2 a=x", "n=3 a=x", ""], answer.Response.GetProperty("products").EnumerateArray().Select(CatalogApi.MetaOf));
        Assert.Equal(2, store.Operations);
    }

    /// <summary>Counts what is asked of the catalog.</summary>
    private sealed class CatalogCounter(ITableStore store) : ITableStore
    {
        private int _operations;

        public int Operations { get => _operations; set => _operations = value; }

        public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
        {
            Count(table);
            return store.FindAsync(table, partition, rowKey, cancel);
        }

        public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
        {
            Count(range.Table);
            await foreach (var row in store.ListAsync(range, cancel))
                yield return row;
        }

        public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
        {
            Count(table);
            return store.CommitAsync(table, partition, changes, cancel);
        }

        private void Count(string table)
        {
            if (table == TableNames.Catalog)
                Interlocked.Increment(ref _operations);
        }
    }
}
