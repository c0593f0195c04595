using System.Globalization;
using System.Text.Json.Nodes;
using LicenseFunctions.Moving;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Cli;

/// <summary>
/// One import. A file that can be read twice is: first to check and compare all of it, so that nothing is written when
/// something is wrong. What comes through a pipe is checked as it is written.
/// </summary>
internal sealed class ImportRun(CommandRun run, Stream file, bool overwrite)
{
    /// <summary>Enough to share a wait for the disk; over a network fewer, or the service throttles.</summary>
    private int AtOnce => run.Service<LicensingOptions>().StorageProvider == StorageProvider.Embedded ? 512 : 48;

    public async Task<Answer> RunAsync(bool isDryRun)
    {
        if (!file.CanSeek)
            return await RunOnceAsync(isDryRun).ConfigureAwait(false);
        var (compared, keys) = await WalkAsync(ImportMode.Compare, "check").ConfigureAwait(false);
        if (compared.Differing > 0 && !overwrite)
            return Differ(compared);
        if (isDryRun || (compared.Missing == 0 && (!overwrite || compared.Differing + compared.Others == 0)))
            return await AnswerAsync(compared, keys, isDryRun).ConfigureAwait(false);
        file.Position = 0;
        var (summary, _) = await WalkAsync(overwrite ? ImportMode.Overwrite : ImportMode.Add, "import").ConfigureAwait(false);
        return await AnswerAsync(summary, keys, isDryRun: false).ConfigureAwait(false);
    }

    private async Task<Answer> RunOnceAsync(bool isDryRun)
    {
        var mode = isDryRun ? ImportMode.Compare : overwrite ? ImportMode.Overwrite : ImportMode.Add;
        try
        {
            var (summary, keys) = await WalkAsync(mode, "import").ConfigureAwait(false);
            return await AnswerAsync(summary, keys, isDryRun).ConfigureAwait(false);
        }
        catch (MoveRefusedException refused) when (!isDryRun)
        {
            return Answer.Failed($"{refused.Message} What came before is in the store: import a whole file to complete it.");
        }
    }

    private async Task<(ImportSummary Summary, MovedKeys Keys)> WalkAsync(ImportMode mode, string what)
    {
        var keys = run.Service<MovedKeys>();
        var import = new StoreImport(run.Service<PatientStore>(), keys);
        return (await import.RunAsync(file, mode, AtOnce, new RowProgress(run.Progress, what).Tell, run.Cancel).ConfigureAwait(false), keys);
    }

    private static Answer Differ(ImportSummary compared)
    {
        var more = compared.Differing > compared.Named.Count ? ", …" : "";
        return Answer.Failed(string.Create(
            CultureInfo.InvariantCulture,
            $"The store has other rows in the place of {compared.Differing:N0} of the file: {string.Join(", ", compared.Named)}{more}. Nothing was written; with --overwrite the store becomes as the file says."));
    }

    private async Task<Answer> AnswerAsync(ImportSummary summary, MovedKeys keys, bool isDryRun)
    {
        var warnings = await keys.MissingAsync(run.Cancel).ConfigureAwait(false);
        foreach (var warning in warnings)
            await run.Progress.WriteLineAsync($"Warning: {warning}").ConfigureAwait(false);
        var document = new JsonObject
        {
            ["rows"] = summary.Rows,
            [isDryRun ? "missing" : "added"] = summary.Missing,
            [isDryRun ? "differing" : "replaced"] = summary.Differing,
            ["equal"] = summary.Equal,
            [overwrite && !isDryRun ? "removed" : "others"] = summary.Others,
            ["warnings"] = new JsonArray([.. warnings.Select(warning => (JsonNode)warning)]),
        };
        return Answer.Of(document, Text(summary, isDryRun));
    }

    private string Text(ImportSummary summary, bool isDryRun)
    {
        var (added, replaced) = isDryRun ? ("missing", "different") : ("added", "replaced");
        var others = overwrite && !isDryRun ? "removed that the file does not hold" : "in the store that the file does not hold";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Rows:N0} rows: {summary.Missing:N0} {added}, {summary.Differing:N0} {replaced}, {summary.Equal:N0} equal; {summary.Others:N0} {others}.");
    }
}
