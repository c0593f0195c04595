using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Importing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl license import</c>: licenses of another system.</summary>
internal static class LicenseImportCommand
{
    private const int LinesAtOnce = 1000;

    public static StoreCommand Import()
    {
        var file = new Argument<string>("FILE") { Description = "Comma-separated lines with a header, in UTF-8; - for the input" };
        var product = ProductCommands.Option("The number, uuid or slug of the product that they are of");
        product.Required = true;
        var apply = new Option<bool>("--apply") { Description = "Make them; without it nothing is written, and you see what would be" };
        var domains = new Option<bool>("--domains") { Description = "The identifiers are domains, to be written as the domain API does" };
        var delimiter = new Option<string>("--delimiter") { Description = "What separates columns: , or ; or a tab", HelpName = "C", DefaultValueFactory = _ => "," };
        delimiter.AcceptOnlyFromAmong(",", ";", "\t");
        return new StoreCommand("import", $"Bring licenses in from another system; columns: {string.Join(", ", LicenseColumns.Names)}", async run =>
        {
            if (await ProductCommands.FindAsync(run, run.Value(product)!).ConfigureAwait(false) is not { } found)
                return ProductCommands.Unknown;
            try
            {
                var path = run.Value(file);
                var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
                await using (stream.ConfigureAwait(false))
                {
                    var columns = new LicenseColumns(found.Id, run.Value(domains), run.Service<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());
                    return await ImportAsync(run, new(stream, run.Value(delimiter)!, columns), run.Value(apply)).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Answer.Failed($"The file cannot be read: {e.Message.TrimEnd('.')}.");
            }
        }) { file, product, apply, domains, delimiter };
    }

    private static async Task<Answer> ImportAsync(CommandRun run, LicenseLines lines, bool isApplied)
    {
        var import = run.Service<LicenseImport>();
        var progress = new RowProgress(run.Progress, isApplied ? "import" : "preview", "lines");
        var counts = new Dictionary<ImportOutcome, long>();
        var some = new List<LicenseLine>(LinesAtOnce);
        await foreach (var line in lines.ReadAsync(run.Cancel).ConfigureAwait(false))
        {
            some.Add(line);
            progress.Tell(counts.Values.Sum() + some.Count);
            if (some.Count == LinesAtOnce)
                await DoAsync().ConfigureAwait(false);
        }

        await DoAsync().ConfigureAwait(false);
        return Summary(counts, isApplied);

        async Task DoAsync()
        {
            ImportedLicense[] licenses = [.. some.Select(line => line.License).OfType<ImportedLicense>()];
            var verdicts = isApplied
                ? await import.ApplyAsync(licenses, run.Cancel).ConfigureAwait(false)
                : await import.PreviewAsync(licenses, run.Cancel).ConfigureAwait(false);
            var next = 0;
            foreach (var line in some)
            {
                var verdict = line.License is null ? new(ImportOutcome.Refused, line.Refusal) : verdicts[next++];
                counts[verdict.Outcome] = counts.GetValueOrDefault(verdict.Outcome) + 1;
                if (verdict.Outcome == ImportOutcome.Refused)
                    await run.Progress.WriteLineAsync(Refusal(line, verdict.Reason)).ConfigureAwait(false);
            }

            some.Clear();
        }
    }

    /// <summary>A key is never shown: a part of its hash tells it to whoever has it.</summary>
    private static string Refusal(LicenseLine line, string reason) => string.Create(
        CultureInfo.InvariantCulture, $"line {line.Number}{(line.Key.Length == 0 ? "" : $" (key {LicenseRows.Hash(line.Key)[..12]})")}: {reason}");

    private static Answer Summary(Dictionary<ImportOutcome, long> counts, bool isApplied)
    {
        var (created, completed) = (counts.GetValueOrDefault(ImportOutcome.Created), counts.GetValueOrDefault(ImportOutcome.Completed));
        var (there, refused) = (counts.GetValueOrDefault(ImportOutcome.AlreadyThere), counts.GetValueOrDefault(ImportOutcome.Refused));
        var document = new JsonObject { ["applied"] = isApplied, ["created"] = created, ["completed"] = completed, ["already_there"] = there, ["refused"] = refused };
        var text = isApplied
            ? $"{created:N0} created, {completed:N0} completed, {there:N0} already there, {refused:N0} refused."
            : $"{created:N0} would be created, {completed:N0} completed, {there:N0} are already there, {refused:N0} would be refused. Nothing was written: add --apply.";
        return Answer.Of(document, string.Create(CultureInfo.InvariantCulture, $"{text}")) with { Code = refused > 0 ? 1 : 0 };
    }
}
