using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LicenseFunctions.Moving;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl export</c>, <c>import</c> and <c>backup</c>: the whole store, out and in.</summary>
internal static class MovingCommands
{
    private const string StandardStream = "-";

    public static Command Export()
    {
        var (file, force) = (File("The file to write; - for the output"), Force());
        return new StoreCommand("export", "Write all rows to a file that import reads, whichever the store", async run =>
        {
            var path = run.Value(file);
            if (path == StandardStream)
            {
                var output = Console.OpenStandardOutput();
                await using (output.ConfigureAwait(false))
                    return Written(await ExportAsync(run, output).ConfigureAwait(false), "the output") with { IsAside = true };
            }

            try
            {
                using var made = NewFile.Create(path, run.Value(force));
                ExportSummary summary;
                using (var stream = made.Open())
                    summary = await ExportAsync(run, stream).ConfigureAwait(false);
                made.Keep();
                return Written(summary, path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Answer.Failed($"The export cannot be written: {e.Message.TrimEnd('.')}.");
            }
        }, needsStore: true) { file, force };
    }

    public static Command Import()
    {
        var file = File("A file that export wrote; - for the input");
        var overwrite = new Option<bool>("--overwrite") { Description = "Make the store as the file says: replace rows that differ, remove those it does not hold" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only check the file and compare it with the store" };
        return new StoreCommand("import", "Bring the rows of an export into this store; stop the server first", async run =>
        {
            var path = run.Value(file);
            try
            {
                var stream = path == StandardStream ? Console.OpenStandardInput() : System.IO.File.OpenRead(path);
                await using (stream.ConfigureAwait(false))
                    return await new ImportRun(run, stream, run.Value(overwrite)).RunAsync(run.Value(dryRun)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Answer.Failed($"The file cannot be read: {e.Message.TrimEnd('.')}.");
            }
        }) { file, overwrite, dryRun };
    }

    public static Command Backup()
    {
        var (file, force) = (File("The file to write: a store of its own"), Force());
        return new StoreCommand("backup", "Copy the embedded store, also while a server uses it", async run =>
        {
            var options = run.Service<LicensingOptions>();
            var path = Path.GetFullPath(run.Value(file));
            if (options.StorageProvider != StorageProvider.Embedded)
                return Answer.Failed("This store is in Azure Tables, which is no file: licensectl export FILE writes its rows.");
            if (path == Path.GetFullPath(options.StoragePath))
                return Answer.Failed("This is the file of the store itself; choose another.");
            try
            {
                return await BackUpAsync(run, options.StoragePath, path, run.Value(force)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageUnavailableException)
            {
                return Answer.Failed($"The backup cannot be written: {e.Message.TrimEnd('.')}.");
            }
        }, needsStore: true) { file, force };
    }

    private static async Task<Answer> BackUpAsync(CommandRun run, string store, string path, bool force)
    {
        if (Path.Exists(path + "-wal"))
            return Answer.Failed($"{path} is a store that is open; choose another name.");
        using var made = NewFile.Create(path, force);
        var progress = new RowProgress(run.Progress, "backup", "pages");
        await StoreBackup.WriteAsync(store, made.PartialPath, (done, _) => progress.Tell(done), run.Cancel).ConfigureAwait(false);
        made.Keep();
        var bytes = new FileInfo(path).Length;
        return Answer.Of(
            new() { ["file"] = path, ["bytes"] = bytes },
            string.Create(CultureInfo.InvariantCulture, $"{path} is a store of {bytes:N0} bytes: set Storage__Path to it, or put it in the place of one while no server runs."));
    }

    private static Task<ExportSummary> ExportAsync(CommandRun run, Stream to) =>
        run.Service<StoreExport>().WriteAsync(to, new RowProgress(run.Progress, "export").Tell, run.Cancel);

    private static Answer Written(ExportSummary summary, string path) => Answer.Of(
        new JsonObject { ["file"] = path, ["rows"] = summary.Rows, ["sha256"] = summary.Sha256 },
        string.Create(CultureInfo.InvariantCulture, $"{summary.Rows:N0} rows are in {path}. It holds license keys and e-mail addresses: keep it as safe as the store."));

    private static Argument<string> File(string description) => new("FILE") { Description = description };

    private static Option<bool> Force() => new("--force") { Description = "Replace the file if there is one" };
}
