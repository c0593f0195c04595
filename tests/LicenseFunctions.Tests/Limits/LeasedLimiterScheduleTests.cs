using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Limits;

/// <summary>What leased limits admit, by simulation; the figures stand in the output.</summary>
public sealed class LeasedLimiterScheduleTests(ITestOutputHelper output)
{
    private const int Seconds = 240;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    public async Task Excess_demand_gets_nearly_all_of_the_limit_and_never_more(int seed, int instances)
    {
        var simulation = new LeaseSimulation(seed, 6000, instances, 0);

        await simulation.RunAsync(Seconds, demand: 1.5);

        Report(simulation, $"{instances} instances, demand 1.5");
        Assert.InRange(simulation.MostInAMinute(), 0, 6000);
        Assert.InRange(simulation.Share(Seconds), 0.98, 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 16)]
    public async Task Demand_within_the_limit_is_admitted(int seed, int instances)
    {
        var simulation = new LeaseSimulation(seed, 6000, instances, 0);

        await simulation.RunAsync(Seconds, demand: 0.9);

        Report(simulation, $"{instances} instances, demand 0.9");
        Assert.InRange(simulation.Refused, 0, simulation.Admitted.Count / 50);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 16)]
    public async Task Uneven_demand_gets_nearly_all_of_the_limit(int seed, int instances)
    {
        var simulation = new LeaseSimulation(seed, 6000, instances, 0);

        await simulation.RunAsync(Seconds, demand: 1.5, first: 0.8);

        Report(simulation, $"{instances} instances, four fifths at one, demand 1.5");
        Assert.InRange(simulation.MostInAMinute(), 0, 6000);
        Assert.InRange(simulation.Share(Seconds), 0.98, 1);
    }

    [Theory]
    [InlineData(1, 2, 50)]
    [InlineData(2, 8, 1_000)]
    [InlineData(3, 16, 20_000)]
    public async Task Clocks_that_differ_do_not_widen_the_limit(int seed, int instances, int skewMs)
    {
        var simulation = new LeaseSimulation(seed, 6000, instances, skewMs);

        await simulation.RunAsync(Seconds, demand: 1.5);

        // Until the row has heard of the clock that is furthest ahead, which moves time on once.
        Report(simulation, $"{instances} instances, clocks up to {skewMs} ms off, demand 1.5 (then at most {simulation.MostInAMinute(2_000)})");
        Assert.InRange(simulation.MostInAMinute(2_000), 0, 6000);
        Assert.InRange(simulation.Share(Seconds), 0.95, 1);
    }

    private void Report(LeaseSimulation simulation, string what) => output.WriteLine(
        $"{what}: {simulation.Share(Seconds):P2} of the limit admitted, at most {simulation.MostInAMinute()} in 60 s, "
        + $"{simulation.Refused} refused, {simulation.Commits} commits in {Seconds} s");
}
