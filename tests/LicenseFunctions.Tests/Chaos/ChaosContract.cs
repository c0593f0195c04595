using LicenseFunctions.Chaos;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Chaos;

/// <summary>The chaos rig with small numbers; see docs/reliability.md for the long form.</summary>
public abstract class ChaosContract(bool isAzurite)
{
    [StoreFact]
    public async Task Processes_that_are_killed_lose_nothing_and_exceed_nothing()
    {
        using var output = new StringWriter();

        var isWell = await Rig.RunAsync(new() { IsAzurite = isAzurite, Kills = 3, Processes = 2, Clients = 6, DrainSeconds = 0 }, output);

        Assert.True(isWell, output.ToString());
    }

    [StoreFact]
    public async Task Forty_at_once_on_a_limit_of_three_are_three()
    {
        using var output = new StringWriter();

        Assert.True(await Race.RunAsync(new() { IsAzurite = isAzurite }, output), output.ToString());
    }
}

public sealed class ChaosOnOneFileTests() : ChaosContract(isAzurite: false);

[NeedsAzurite]
public sealed class ChaosOnAzureTablesTests() : ChaosContract(isAzurite: true);
