using LicenseFunctions.Storage.AzureTables;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// The table service of Azurite: one process for the whole test run, started when a test first asks for it. Table names
/// are fixed, so what separates tests is the account: each store gets one of its own.
/// </summary>
public static class Azurite
{
    private static readonly Lazy<Task<AzuriteProcess>> Running = new(() => Task.Run(AzuriteProcess.StartAsync));
    private static int _handedOut = -1;

    /// <summary>Why tests that need it are skipped, or null.</summary>
    public static string? WhyNot => NodeProgram.WhyNot;

    /// <summary>A connection string to an account that no one used before.</summary>
    public static async Task<string> NewConnectionStringAsync()
    {
        var azurite = await Running.Value;
        return azurite.ConnectionString(Interlocked.Increment(ref _handedOut));
    }

    /// <summary>A store with all its tables and nothing in them.</summary>
    public static async Task<AzureTableStore> NewStoreAsync() => await NewStoreAsync(await NewConnectionStringAsync());

    /// <summary>A store on a known account, its requests passing through <paramref name="handler"/>.</summary>
    public static async Task<AzureTableStore> NewStoreAsync(string connectionString, HttpMessageHandler? handler = null)
    {
        await new AzureTableStore(AzureTableClients.Connect(connectionString)).EnsureTablesAsync(CancellationToken.None);
        var transport = handler is null ? null : new Azure.Core.Pipeline.HttpClientTransport(handler);
        return new AzureTableStore(AzureTableClients.Connect(connectionString, transport));
    }
}
