using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LicenseFunctions.Checks;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl doctor</c>: is the store as it must be?</summary>
internal static class DoctorCommand
{
    /// <summary>Of a document; the lines for people have no end.</summary>
    private const int MostInDocument = 1000;

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var repair = new Option<bool>("--repair") { Description = "Mend what can be derived; safe while servers run" };
        return new StoreCommand(
            "doctor", "Read the whole store and tell what is wrong. Exit code 1 when something is and was not mended", async run =>
        {
            var findings = new JsonArray();
            var (since, told) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
            var summary = await run.Service<StoreDoctor>().RunAsync(run.Value(repair), Take, Tell, run.Cancel).ConfigureAwait(false);
            return Answer.Of(Document(summary, findings), Text(summary)) with { Code = summary.Remaining > 0 ? 1 : 0 };

            void Take(Finding finding)
            {
                run.Lines.WriteLine(finding);
                if (findings.Count < MostInDocument)
                    findings.Add((JsonNode)Document(finding));
            }

            void Tell(string line)
            {
                var elapsed = TimeProvider.System.GetElapsedTime(since);
                if (elapsed - told < Often)
                    return;
                told = elapsed;
                run.Progress.WriteLine(line);
            }
        }) { repair };
    }

    private static JsonObject Document(CheckSummary summary, JsonArray findings) => new()
    {
        ["rows"] = summary.Rows,
        ["found"] = summary.Found,
        ["mended"] = summary.Mended,
        ["remaining"] = summary.Remaining,
        ["findings"] = findings,
    };

    private static JsonObject Document(Finding finding) => new()
    {
        ["check"] = finding.Check,
        ["subject"] = finding.Subject,
        ["problem"] = finding.Problem,
        ["mended"] = finding.IsMended,
    };

    private static string Text(CheckSummary summary) => string.Create(
        CultureInfo.InvariantCulture,
        $"{summary.Rows} rows in {summary.Tables} tables: {(summary.Found == 0 ? "nothing is wrong" : $"{summary.Found} findings, {summary.Mended} mended, {summary.Remaining} remain")}.");
}
