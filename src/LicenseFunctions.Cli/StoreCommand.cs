using System.CommandLine;
using LicenseFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Cli;

/// <summary>A command that works on the store, which is opened for it and closed, with all work done, when it ends.</summary>
internal sealed class StoreCommand : Command
{
    /// <param name="name">What it is called by.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="run">Does it; the answer is printed.</param>
    /// <param name="needsStore">True when a new store would be the wrong one.</param>
    public StoreCommand(string name, string description, Func<CommandRun, Task<Answer>> run, bool needsStore = false)
        : base(name, description) =>
        SetAction((arguments, cancel) => RunAsync(arguments, run, needsStore, cancel));

    private static async Task<int> RunAsync(ParseResult arguments, Func<CommandRun, Task<Answer>> run, bool needsStore, CancellationToken cancel)
    {
        var invocation = (Invocation)arguments.InvocationConfiguration;
        var output = new Output(invocation.Output, invocation.Error, arguments.GetValue(LicenseCtl.Json));
        var options = LicensingOptions.From(invocation.ReadSettings());
        var isNew = options.StorageProvider == StorageProvider.Embedded && !File.Exists(options.StoragePath);
        if (isNew && needsStore)
            return await output.WriteAsync(Answer.Failed($"There is no store at {Path.GetFullPath(options.StoragePath)}; look at Storage__Path and at the folder you are in.")).ConfigureAwait(false);
        var services = new ServiceCollection().AddLogging(logging => logging.ClearProviders()).AddLicensing(options)
            .AddSingleton(provider => new PatientStore(provider.GetRequiredService<ITableStore>(), provider.GetRequiredService<TimeProvider>(), invocation.Error.WriteLine))
            .BuildServiceProvider();
        await using (services.ConfigureAwait(false))
        {
            await services.OpenAsync(cancel).ConfigureAwait(false);
            // Most likely the command was run in another folder than the server.
            if (isNew)
                await output.NoteAsync($"There was no store yet; this is a new one: {Path.GetFullPath(options.StoragePath)}").ConfigureAwait(false);
            return await output.WriteAsync(await run(new(arguments, services, cancel)).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }
}
