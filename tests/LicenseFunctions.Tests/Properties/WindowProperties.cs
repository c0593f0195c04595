using FsCheck.Fluent;
using LicenseFunctions.Limits;
using LicenseFunctions.Tests.Limits;

namespace LicenseFunctions.Tests.Properties;

public sealed class WindowProperties
{
    private const long Start = 1_768_473_000_000;

    /// <summary>Neither one too many nor one too few: against a count of all admitted instants, clocks apart by up to 90 s.</summary>
    [Fact]
    public void A_request_is_refused_exactly_when_the_last_minute_is_full() => Checked.For(
        from limit in Gen.Choose(1, 40)
        from skews in Gen.Choose(-90_000, 90_000).ArrayOf(5)
        from steps in Gen.Choose(0, 4).Zip(Gen.Frequency((8, Gen.Choose(0, 60_000 / limit)), (1, Gen.Choose(0, 70_000)))).ArrayOf(200)
        select (limit, skews, steps),
        schedule =>
        {
            var (now, admitted, row) = (Start, new List<long>(), Array.Empty<byte>());
            foreach (var (instance, step) in schedule.steps)
            {
                now += step;
                var instant = Math.Max(now + schedule.skews[instance], admitted.LastOrDefault());
                var isFull = admitted.Count(each => instant - each < 60_000) >= schedule.limit;
                var verdict = RollingWindow.Admit(row, now + schedule.skews[instance], schedule.limit, out var updated);
                if (verdict.Admitted == isFull || (updated is null) == verdict.Admitted)
                    return false;
                if (updated is null)
                    continue;
                row = updated;
                admitted.Add(instant);
            }

            return true;
        });

    [Fact]
    public void Settled_leases_give_out_nearly_all_of_the_limit_and_never_more() => Checked.For(
        from seed in Gen.Choose(0, int.MaxValue)
        from instances in Gen.Choose(1, 16)
        from demand in Gen.Choose(13, 30)
        select (seed, instances, demand),
        each =>
        {
            var simulation = new LeaseSimulation(each.seed, 6000, each.instances, 0);
            simulation.RunAsync(180, each.demand / 10.0).GetAwaiter().GetResult();
            return simulation.MostInAMinute() <= 6000 && simulation.Share(180) is >= 0.98 and <= 1;
        }, cost: 50);
}
