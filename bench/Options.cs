using System.Globalization;

namespace LicenseFunctions.Bench;

/// <summary>What the command line says beside the scenario.</summary>
internal sealed record Options
{
    /// <summary>Only cases whose names begin with one of these.</summary>
    public string[] Only { get; private init; } = [];

    public int[] Connections { get; private init; } = [1, 16, 64];

    /// <summary>How long each measurement takes.</summary>
    public double Seconds { get; private init; } = 3;

    /// <summary>How often each pair is measured, in turns.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>Whether the outcome is kept in docs/performance.</summary>
    public bool Keep => Only.Length == 0;

    public bool Wants(string name) => Only.Length == 0 || Only.Any(each => name == each);

    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = args[i + 1];
            options = args[i] switch
            {
                "--only" => options with { Only = value.Split(',') },
                "--connections" => options with { Connections = [.. value.Split(',').Select(each => int.Parse(each, CultureInfo.InvariantCulture))] },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"There is no option {args[i]}."),
            };
        }

        return options;
    }
}
