using LicenseFunctions.Http;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Tests.Docs;

/// <summary>docs/architecture.md lists what is there, no more and no less.</summary>
public sealed class ArchitectureTests
{
    private static readonly Page Architecture = Page.Of("docs/architecture.md");

    [Fact]
    public void The_table_of_rows_has_every_table()
    {
        var listed = Architecture.Table("table").Select(row => row[0].Trim('`')).Where(name => name.Length > 0);

        Assert.Equal(TableNames.All.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_of_timers_has_every_timer_at_its_times()
    {
        var timers = FunctionCatalog.Triggered<TimerTriggerAttribute>().Select(timer => $"{timer.Name} {timer.Trigger.Schedule}");
        var listed = Architecture.Table("function").Select(row => $"{row[0].Trim('`')} {row[1].Trim('`')}");

        Assert.Equal(timers.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_of_rooms_has_every_room_that_a_law_binds()
    {
        var listed = Architecture.Table("room").Select(row => row[0].Trim('`'));

        Assert.Equal(RoomLaws.Rooms.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
