using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace LicenseFunctions;

/// <summary>
/// The settings of a process that runs outside the Functions host: the <c>Values</c> of <c>local.settings.json</c> in the
/// current directory, then the environment, which wins.
/// </summary>
public static class LocalSettings
{
    public const string FileName = "local.settings.json";

    /// <summary>Reads both. Throws <see cref="SettingException"/> when the file is not what it should be.</summary>
    public static IConfigurationRoot Read() =>
        new ConfigurationBuilder().AddInMemoryCollection(ReadFile(Path.GetFullPath(FileName))).AddEnvironmentVariables().Build();

    private static Dictionary<string, string?> ReadFile(string path)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (!File.Exists(path))
            return values;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.TryGetProperty("Values", out var section))
            {
                foreach (var setting in section.EnumerateObject())
                    values[setting.Name.Replace("__", ":", StringComparison.Ordinal)] = setting.Value.ToString();
            }

            return values;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{path} cannot be read as settings: {e.Message}");
        }
    }
}
