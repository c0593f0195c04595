using System.CommandLine;
using System.CommandLine.Invocation;
using Azure;
using LicenseFunctions.Cli.Commands;
using LicenseFunctions.Moving;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace LicenseFunctions.Cli;

/// <summary>
/// The operator's command line. Exit codes: 0 done, 1 failed (doctor: something is wrong and was not mended), 2 called wrongly, 130 interrupted. What goes wrong is one
/// line on the error stream that says what to do.
/// </summary>
public static class LicenseCtl
{
    private const string Name = "licensectl";

    /// <summary>Prints one JSON document instead of text; holds for every command.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document, for scripts", Recursive = true };

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after the program's name; none for the help.</param>
    /// <param name="output">Takes what was asked for.</param>
    /// <param name="error">Takes notes and errors.</param>
    /// <param name="settings">Reads the settings; called by commands that need them.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, Func<IConfiguration> settings)
    {
        // License keys are free text: one that begins with @ is not the name of a file of arguments.
        var parsed = Root().Parse(args.Length == 0 ? ["--help"] : args, new() { ResponseFileTokenReplacer = null });
        try
        {
            if (parsed.Action is ParseErrorAction)
                return await FailAsync(error, Usage(parsed), 2).ConfigureAwait(false);
            var invocation = new Invocation(settings) { Output = output, Error = error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await FailAsync(error, "Interrupted; run the command again.", 130).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A tool for people and scripts: whatever happens, it says so in its own way.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return await FailAsync(error, Explain(e), 1).ConfigureAwait(false);
        }
    }

    /// <summary>Writes an error as one line, whatever it is made of.</summary>
    internal static async Task<int> FailAsync(TextWriter error, string message, int code)
    {
        await error.WriteLineAsync($"{Name}: {message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
        return code;
    }

    /// <summary>Every command; reads nothing until one is run.</summary>
    public static RootCommand Root() => new("Works on the licenses of this store, also beside a running server. Settings are those of the server.")
    {
        Json,
        ApiKeyCommands.All(),
        MovingCommands.Backup(),
        BlockCommands.All(),
        DoctorCommand.Create(),
        DownloadCommands.All(),
        MovingCommands.Export(),
        GeneratorCommands.All(),
        MovingCommands.Import(),
        LicenseCommands.All(),
        ProductCommands.All(),
        SigningKeyCommands.All(),
        WebhookCommands.All(),
    };

    private static string Usage(ParseResult parsed)
    {
        var path = new List<string>();
        for (Symbol? symbol = parsed.CommandResult.Command; symbol is Command and not RootCommand; symbol = symbol.Parents.FirstOrDefault())
            path.Insert(0, symbol.Name);
        // A misspelt command is reported as a missing one first.
        var isMisspelt = parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0;
        var errors = parsed.Errors.Skip(isMisspelt ? 1 : 0).Select(each => each.Message).Distinct();
        return $"{string.Join(' ', errors)} See {string.Join(' ', [Name, .. path, "--help"])}";
    }

    private static string Explain(Exception exception) => exception switch
    {
        SettingException or StoreCannotOpenException or MoveRefusedException => exception.Message,
        StorageUnavailableException => $"The store does not answer, try again: {exception.Message}",
        SigningUnavailableException =>
            $"The signing keys cannot be reached, check the settings Signing__… and try again: {exception.Message}",
        RequestFailedException refused =>
            $"The table service refuses: HTTP {refused.Status} ({refused.ErrorCode ?? "no reason given"}). Check Storage__ConnectionString or Storage__TableEndpoint, and what the identity may do.",
        FormatException or InvalidOperationException or ArgumentException when exception.Source == "Azure.Data.Tables" =>
            $"Storage__ConnectionString is not a connection string: {exception.Message}",
        _ => $"This should not have happened, please report it: {exception}",
    };
}
