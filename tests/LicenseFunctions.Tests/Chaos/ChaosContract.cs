using LicenseFunctions.Chaos;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Chaos;

/// <summary>The chaos rig with small numbers; see docs/reliability.md for the long form.</summary>
public abstract class ChaosContract(bool isAzurite)
{
    /// <summary>These run beside all other tests, however slow the machine is.</summary>
    private static readonly TimeSpan Slack = Eventually.Patience;

    [StoreFact]
    public async Task Processes_that_are_killed_lose_nothing_and_exceed_nothing()
    {
        using var output = new StringWriter();

        var isWell = await Rig.RunAsync(new() { IsAzurite = isAzurite, Kills = 3, Processes = 2, Clients = 6, DrainSeconds = 0, Slack = Slack }, output);

        Assert.True(isWell, output.ToString());
    }

    [StoreFact]
    public async Task Forty_at_once_on_a_limit_of_three_are_three()
    {
        using var output = new StringWriter();

        Assert.True(await Race.RunAsync(new() { IsAzurite = isAzurite, Slack = Slack }, output), output.ToString());
    }
}

public sealed class ChaosOnOneFileTests() : ChaosContract(isAzurite: false);

[NeedsAzurite]
public sealed class ChaosOnAzureTablesTests() : ChaosContract(isAzurite: true);
