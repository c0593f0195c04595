using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using LicenseFunctions.Bench.Servers;

namespace LicenseFunctions.Bench.Report;

/// <summary>What a scenario measured, as it is kept in docs/performance.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Command">What was run.</param>
/// <param name="Headings">Of the table.</param>
/// <param name="Rows">Of the table.</param>
internal sealed record Outcome(string Scenario, string Command, IReadOnlyList<string> Headings, IReadOnlyList<string[]> Rows)
{
    public string Commit { get; private set; } = "";

    public string MeasuredAt { get; } = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture);

    public string Machine { get; } = $"{Environment.ProcessorCount} cores, {ProcessorName()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>Writes SCENARIO.json and SCENARIO.svg.</summary>
    public async Task WriteAsync(string chart)
    {
        var folder = Path.Combine(Programs.Root, "docs", "performance");
        Directory.CreateDirectory(folder);
        Commit = await Programs.CommitAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, Scenario + ".json"), JsonSerializer.Serialize(this, OutcomeJson.Default.Outcome) + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, Scenario + ".svg"), chart);
        Console.WriteLine($"Measured {Commit} on {Machine}; written to docs/performance/{Scenario}.json and .svg");
    }

    private static string ProcessorName()
    {
        if (!File.Exists("/proc/cpuinfo"))
            return RuntimeInformation.ProcessArchitecture.ToString();
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(each => each.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

[JsonSerializable(typeof(Outcome))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class OutcomeJson : JsonSerializerContext;
