using LicenseFunctions.Limits;

namespace LicenseFunctions.Tests.Limits;

/// <summary>Random schedules of several instances on one row, whose clocks differ and jump.</summary>
public sealed class RollingWindowScheduleTests
{
    private const long Start = 1_768_473_000_000;

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 30)]
    [InlineData(3, 120)]
    [InlineData(4, 1000)]
    [InlineData(5, 1)]
    public void No_sixty_seconds_admit_more_than_the_limit(int seed, int limit)
    {
        var random = new Random(seed);
        var skews = Enumerable.Range(0, 5).Select(_ => random.NextInt64(-90_000, 90_000)).ToArray();
        var admitted = new List<long>();
        byte[] row = [];
        for (var (now, i) = (Start, 0); i < 20_000; i++)
        {
            now += random.Next(0, random.Next(8) == 0 ? 90_000_000 / (limit * 20) : 120_000 / (limit * 3));
            var instance = random.Next(skews.Length);
            if (random.Next(500) == 0)
                skews[instance] = random.NextInt64(-90_000, 90_000);
            if (RollingWindow.Admit(row, now + skews[instance], limit, out var updated).Admitted)
                admitted.Add(RollingWindow.Instants(row = updated!)[^1]);
        }

        Assert.True(admitted.Count > limit, "The schedule admits too few to say anything.");
        Assert.Equal(admitted.Order(), admitted);
        Assert.All(Enumerable.Range(0, admitted.Count - limit), i => Assert.True(admitted[i + limit] - admitted[i] >= 60_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(120)]
    [InlineData(1000)]
    public void Steady_excess_demand_gets_all_of_the_limit(int limit)
    {
        var random = new Random(limit);
        var admitted = 0;
        byte[] row = [];
        for (var (now, end) = (Start, Start + 600_000); now < end; now += random.Next(0, 30_000 / limit))
        {
            if (RollingWindow.Admit(row, now, limit, out var updated).Admitted)
                (admitted, row) = (admitted + 1, updated!);
        }

        // Ten minutes; each place is taken again by the first request after it is free.
        Assert.InRange(admitted, (limit * 98 / 10) - 1, limit * 10);
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(50_000)]
    public void A_large_limit_holds_and_its_row_stays_small(int limit)
    {
        var random = new Random(limit);
        var admitted = new List<long>();
        byte[] row = [];
        for (var (now, i) = (Start, 0); now < Start + 150_000; i++, now += i % 50 == 0 ? random.Next(0, 3_000_000 / limit * 2) : 0)
        {
            if (RollingWindow.Admit(row, now, limit, out var updated).Admitted)
            {
                row = updated!;
                admitted.Add(now);
            }
        }

        Assert.True(admitted.Count > limit, "The schedule admits too few to say anything.");
        Assert.All(Enumerable.Range(0, admitted.Count - limit), i => Assert.True(admitted[i + limit] - admitted[i] >= 60_000));
        Assert.InRange(row.Length, 0, 2_000);
        Assert.False(RollingWindow.Peek(row, Start, limit).Remaining > limit);
        Assert.True(RollingWindow.Peek(row, Start, 1000).Admitted, "A limit that was made smaller starts anew.");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void The_instant_named_by_a_refusal_is_the_first_that_admits(int seed)
    {
        var random = new Random(seed);
        byte[] row = [];
        for (var (now, i) = (Start, 0); i < 5_000; i++, now += random.Next(0, 6_000))
        {
            var verdict = RollingWindow.Admit(row, now, 15, out var updated);
            if (verdict.Admitted)
            {
                row = updated!;
                continue;
            }

            Assert.False(RollingWindow.Peek(row, verdict.FreeAt - 1, 15).Admitted);
            Assert.True(RollingWindow.Peek(row, verdict.FreeAt, 15).Admitted);
        }
    }
}
