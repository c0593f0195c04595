using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Storage;

public sealed class PartitionLanesTests
{
    // No lane of these does anything, so none needs a store.
    private readonly PartitionLanes _lanes = new(null!, TimeProvider.System);

    [Fact]
    public void A_few_lanes_are_all_kept()
    {
        for (var i = 0; i < 1000; i++)
            Assert.False(_lanes[TableNames.Licenses, $"p{i}"].IsPassing);

        Assert.NotNull(_lanes.Find(TableNames.Licenses, "p0"));
    }

    [Fact]
    public void Of_many_only_those_asked_for_again_are_kept()
    {
        var kept = 0;
        for (var i = 0; i < 20_000; i++)
            kept += Ask($"p{i}") ? 1 : 0;
        // Where a place of the latest is shared, it is taken over; none of these was asked for twice.
        Assert.InRange(kept, 1024, 1030);

        Assert.False(Ask("again"));
        Assert.True(Ask("again"));
    }

    [Fact]
    public void Where_reads_are_paid_for_lanes_are_kept_as_long_as_there_is_room()
    {
        var lanes = new PartitionLanes(null!, TimeProvider.System, keepsAll: true);

        Assert.All(Enumerable.Range(0, 8192), i => Assert.False(lanes[TableNames.Licenses, $"p{i}"].IsPassing));
        Assert.Equal(8192, Kept());
        Assert.False(lanes[TableNames.Licenses, "one more"].IsPassing);
        // Where there is no more room, a quarter goes.
        Assert.Equal(6144, Kept());

        int Kept() => Enumerable.Range(0, 8192).Count(i => lanes.Find(TableNames.Licenses, $"p{i}") is not null);
    }

    [Fact]
    public void A_lane_that_is_there_is_the_same_for_all_and_only_itself_is_dropped()
    {
        var lane = _lanes[TableNames.Licenses, "p"];
        Assert.Same(lane, _lanes[TableNames.Licenses, "p"]);

        _lanes.Drop(TableNames.Licenses, "p", new PartitionLane(null!, TimeProvider.System, TableNames.Licenses, "p"));
        Assert.Same(lane, _lanes.Find(TableNames.Licenses, "p"));

        _lanes.Drop(TableNames.Licenses, "p", lane);
        Assert.Null(_lanes.Find(TableNames.Licenses, "p"));
    }

    /// <summary>Whether the lane is kept.</summary>
    private bool Ask(string partition)
    {
        var lane = _lanes[TableNames.Licenses, partition];
        Assert.Equal(lane.IsPassing ? null : lane, _lanes.Find(TableNames.Licenses, partition));
        return !lane.IsPassing;
    }
}
