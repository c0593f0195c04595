using System.Net.Http.Json;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests;

/// <summary>What many keys cost: created, listed and counted. Counted at the store, as <see cref="BudgetTests"/> does.</summary>
public sealed class BulkBudgetTests(BulkBudgetTests.Created created, ITestOutputHelper output) : IClassFixture<BulkBudgetTests.Created>
{
    private const int Keys = 1000;
    private const int Shards = 16;

    [Fact]
    public void Creating_takes_a_transaction_for_each_license_and_one_per_hundred_rows_of_every_other_partition()
    {
        var commits = created.First.Calls.Where(call => call.IsCommit).ToLookup(call => call.Table);
        output.WriteLine(string.Join(", ", commits.Select(table => $"{table.Key} {table.Count()}")) + $", {created.First.Operations} operations");

        Assert.Equal(Keys, commits[TableNames.Licenses].Select(call => call.Partition).Distinct().Count());
        foreach (var partition in created.First.Calls.Where(call => call.IsCommit && call.Table != TableNames.Idempotency).GroupBy(call => (call.Table, call.Partition)))
            Assert.InRange(partition.Count(), 1, (partition.Sum(call => call.Changes.Count) + RowLimits.Changes - 1) / RowLimits.Changes);
        // The plan, written and removed.
        Assert.Equal(2, commits[TableNames.Idempotency].Count());
        // A license is not read before it is made, and of the lists a block is read for each transaction, and its count.
        Assert.DoesNotContain(created.First.Calls, call => !call.IsCommit && call.Table == TableNames.Licenses);
        Assert.InRange(created.First.Calls.Count(call => !call.IsCommit && call.Table == TableNames.Listing), 1, 2 * commits[TableNames.Listing].Count());
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(1000, 3)]
    [InlineData(10, 1)]
    [InlineData(10, 200)]
    public async Task A_page_reads_the_counts_and_the_blocks_that_it_shows_wherever_it_is(int perPage, int page)
    {
        var shown = 0;

        var cost = await created.Metered.WarmAsync(async (host, _) => shown = (await host.GetAsync(
            $"/api/v1/get-license-keys?product_id={created.Metered.License.ProductId}&per_page={perPage}&page={page}")).Response.GetProperty("license_keys").GetArrayLength());

        output.WriteLine($"{shown} shown: {cost.Trips} trips, {cost.Operations} operations");
        Assert.Equal(perPage, shown);
        var listing = cost.Calls.Where(call => call.Table == TableNames.Listing).ToArray();
        Assert.Equal(Shards, listing.Count(call => call.Kind == "find"));
        Assert.InRange(listing.Count(call => call.Kind == "list"), 1, (perPage / 100) + 2);
        Assert.InRange(cost.Operations - listing.Length, 0, 3);
        // The caller, the counts, the blocks.
        Assert.InRange(cost.Trips, 1, 3);
    }

    [Fact]
    public async Task The_count_is_one_trip_after_the_caller_is_known()
    {
        var cost = await created.Metered.WarmAsync(async (host, _) => Assert.Equal(3 * Keys, await host.CountAvailableAsync(
            new() { Id = created.Metered.License.ProductId, Uuid = "", Slug = "", Name = "" })));

        output.WriteLine($"{cost}");
        Assert.Equal(Shards, cost.Calls.Count(call => call.Table == TableNames.Listing));
        Assert.InRange(cost.Operations, Shards, Shards + 3);
        Assert.InRange(cost.Trips, 1, 2);
    }

    /// <summary>Three times as many keys, the first of them measured.</summary>
    public sealed class Created : IAsyncLifetime
    {
        public Metered Metered { get; private set; } = null!;

        public Cost First { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Metered = await Metered.StartAsync();
            First = await Metered.MeasureAsync(() => CreateAsync("first"));
            await CreateAsync("second");
            await CreateAsync("third");
        }

        public async Task DisposeAsync() => await Metered.DisposeAsync();

        private async Task CreateAsync(string prefix)
        {
            var answer = await Metered.Host.SendAsync(new(HttpMethod.Post, "/api/v1/create-license-keys")
            {
                Content = JsonContent.Create(new { product_id = Metered.License.ProductId, license_keys = Enumerable.Range(0, Keys).Select(i => $"{prefix}-{i}") }),
            }, Metered.Host.ApiKey);
            Assert.Equal(Keys, answer.Response.GetProperty("created").GetInt32());
        }
    }
}
