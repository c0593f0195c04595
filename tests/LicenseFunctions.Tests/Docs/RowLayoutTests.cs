using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Contract;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Docs;

/// <summary>The table of rows in docs/architecture.md, held against the rows that the documented requests write.</summary>
public sealed class RowLayoutTests
{
    private static readonly IReadOnlyList<RowShape> Shapes = RowShape.Read(Page.Of("docs/architecture.md").Table("table"));

    [Fact]
    public async Task Every_row_that_is_written_is_in_the_table()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var store = new CountingStore(sqlite);

        await using (var walk = await Walk.StartAsync(store))
        {
            foreach (var scenario in Scenarios.All.Values)
                await scenario(walk);
        }

        var written = store.Calls.Where(call => call.IsCommit)
            .SelectMany(call => call.Changes.Select(change => (call.Table, call.Partition, change.Key))).Distinct().ToArray();
        Assert.Equal([], written.Where(row => !Shapes.Any(shape => shape.Fits(row.Table, row.Partition, row.Key))));
        // What no documented request leads to stays unproven: first claims, webhooks, rotations.
        Assert.InRange(Shapes.Count(shape => written.Any(row => shape.Fits(row.Table, row.Partition, row.Key))), 18, Shapes.Count);
    }

    [Fact]
    public void A_row_that_is_not_in_the_table_is_found()
    {
        var hash = new string('a', 64);

        Assert.Contains(Shapes, shape => shape.Fits(TableNames.Licenses, hash, "activation." + hash));
        Assert.DoesNotContain(Shapes, shape => shape.Fits(TableNames.Licenses, "LIC-1", "license"));
        Assert.DoesNotContain(Shapes, shape => shape.Fits(TableNames.Licenses, hash, "note"));
        Assert.DoesNotContain(Shapes, shape => shape.Fits(TableNames.Audit, hash, "license"));
    }
}
