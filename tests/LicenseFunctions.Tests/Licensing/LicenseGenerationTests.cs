using System.Collections.Concurrent;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Licensing;

public sealed class LicenseGenerationTests
{
    [Theory]
    [InlineData(GeneratorMethod.Uuid, 36)]
    [InlineData(GeneratorMethod.ChunkSystem, 135)]
    public async Task Many_keys_take_one_transaction_for_a_hundred_rows_of_a_partition(GeneratorMethod method, int length)
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var store = new DyingStore(sqlite);
        await using var host = await ApiHost.StartAsync(store);
        var product = await host.ProductAsync();
        await host.GeneratorAsync(product, draft => draft with { Method = method, Chunks = 8, ChunkLength = 16 });
        var commits = new ConcurrentDictionary<string, (int Commits, int Rows)>();
        store.DiesAt = (table, partition, changes) =>
        {
            commits.AddOrUpdate($"{table} {partition}", (1, changes.Count), (_, sum) => (sum.Commits + 1, sum.Rows + changes.Count));
            return false;
        };

        var answer = await host.PostAsync("/api/v1/generate", ("product_id", $"{product.Id}"), ("quantity", "10000"), ("email", "a@example.com"));

        Assert.Equal("815", answer.Code);
        var keys = answer.Response.GetProperty("licenseKeys").EnumerateArray().Select(key => key.GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(10_000, keys.Count);
        Assert.All(keys, key => Assert.Equal(length, key.Length));
        Assert.Equal(10_000, commits.Count(each => each.Key.StartsWith(TableNames.Licenses, StringComparison.Ordinal)));
        Assert.All(
            commits.Where(each => each.Key.StartsWith($"{TableNames.Listing} ", StringComparison.Ordinal)),
            each => Assert.Equal((each.Value.Rows + RowLimits.Changes - 1) / RowLimits.Changes, each.Value.Commits));
        Assert.InRange(commits.Sum(each => each.Value.Commits), 10_000, 10_250);
    }
}
