using System.Diagnostics;
using System.Text.Json;

namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>
/// The grammar of Bicep from npm, as WebAssembly, so that nothing is compiled: one process for the whole test run. It knows
/// the syntax alone; what a compiler would say besides, <see cref="BicepCheck"/> says.
/// </summary>
internal static class BicepParser
{
    private const string Grammar = "1.1.0";

    // The newest that loads a grammar of this age.
    private const string Runtime = "0.25.10";

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { MaxDepth = 256 };
    private static readonly Lazy<Task<Process>> Running = new(() => Task.Run(StartAsync));
    private static readonly SemaphoreSlim Turn = new(1);

    public static async Task<SyntaxNode> ParseAsync(string source)
    {
        var parser = await Running.Value;
        await Turn.WaitAsync();
        try
        {
            await parser.StandardInput.WriteLineAsync(JsonSerializer.Serialize(source));
            await parser.StandardInput.FlushAsync();
            using var patience = new CancellationTokenSource(Eventually.Patience);
            var answer = await parser.StandardOutput.ReadLineAsync(patience.Token)
                ?? throw new InvalidOperationException($"The Bicep parser ended. {await parser.StandardError.ReadToEndAsync(patience.Token)}");
            return JsonSerializer.Deserialize<SyntaxNode>(answer, Web)!;
        }
        finally
        {
            Turn.Release();
        }
    }

    private static async Task<Process> StartAsync()
    {
        // Without scripts, which would look for a native build, and without the native runtime that goes with one.
        var packages = await NpmPackages.InstallAsync(
            $"bicep-{Grammar}-{Runtime}", "--ignore-scripts", "--legacy-peer-deps", $"tree-sitter-bicep@{Grammar}", $"web-tree-sitter@{Runtime}");
        var script = Path.Combine(AppContext.BaseDirectory, "TestData", "bicep", "parse.mjs");
        var start = new ProcessStartInfo("node", [script, packages])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // It ends by itself with its standard input, whichever way this process ends.
        return Process.Start(start)!;
    }
}
