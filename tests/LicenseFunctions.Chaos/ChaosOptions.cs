using System.Globalization;

namespace LicenseFunctions.Chaos;

/// <summary>What is to be tried.</summary>
public sealed record ChaosOptions
{
    public const string Usage =
        "dotnet run -c Release --project tests/LicenseFunctions.Chaos -- [race] [--store embedded|azurite] [--kills N] [--seed N] [--processes N] [--clients N] [--drain SECONDS]";

    /// <summary>Forty activations at once on a limit of three, and nothing else.</summary>
    public bool IsRace { get; init; }

    public bool IsAzurite { get; init; }

    /// <summary>How often a process is killed.</summary>
    public int Kills { get; init; } = 20;

    /// <summary>Decides what clients send and what is killed when. (Not how requests meet.)</summary>
    public int Seed { get; init; } = Environment.TickCount & 0xFFFFFF;

    public int Processes { get; init; } = 3;

    public int Clients { get; init; } = 12;

    /// <summary>How long clients go on after the last kill to hear the answers of requests that named themselves.</summary>
    public int DrainSeconds { get; init; } = 90;

    /// <summary>What a slow machine may add to a wait before it is past its deadline.</summary>
    public TimeSpan Slack { get; init; }

    /// <summary>What runs the same again.</summary>
    public string Command => string.Create(
        CultureInfo.InvariantCulture,
        $"dotnet run -c Release --project tests/LicenseFunctions.Chaos -- {(IsRace ? "race " : "")}--store {(IsAzurite ? "azurite" : "embedded")} --kills {Kills} --seed {Seed} --processes {Processes} --clients {Clients} --drain {DrainSeconds}");

    /// <summary>Null when they cannot be understood.</summary>
    public static ChaosOptions? Read(string[] args)
    {
        var options = new ChaosOptions { IsRace = args is ["race", ..] };
        var rest = args[(options.IsRace ? 1 : 0)..];
        if (rest.Length % 2 != 0)
            return null;
        foreach (var pair in rest.Chunk(2))
        {
            if (pair is ["--store", "embedded" or "azurite"])
                options = options with { IsAzurite = pair[1] == "azurite" };
            else if (!int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || With(options, pair[0], number) is not { } changed)
                return null;
            else
                options = changed;
        }

        return options;
    }

    private static ChaosOptions? With(ChaosOptions options, string name, int number) => name switch
    {
        "--kills" => options with { Kills = number },
        "--seed" => options with { Seed = number },
        "--processes" when number > 0 => options with { Processes = number },
        "--clients" when number > 0 => options with { Clients = number },
        "--drain" => options with { DrainSeconds = number },
        _ => null,
    };
}
