using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>Makes the clients the store works with: the retries are the store's, whichever way it signs in.</summary>
public static class AzureTableClients
{
    // Three tries of two seconds with their pauses fit into the deadline of a call.
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Signs with the account's key; <c>UseDevelopmentStorage=true</c> is Azurite on its usual port.</summary>
    /// <param name="connectionString">A connection string of a storage account.</param>
    /// <param name="transport">What carries the requests; null for HTTP.</param>
    public static TableServiceClient Connect(string connectionString, HttpPipelineTransport? transport = null) =>
        new(connectionString, Options(transport));

    /// <summary>Signs in with an identity.</summary>
    /// <param name="endpoint">The account's table service, <c>https://….table.core.windows.net</c>.</param>
    /// <param name="identity">The identity of the app.</param>
    /// <param name="transport">What carries the requests; null for HTTP.</param>
    public static TableServiceClient Connect(Uri endpoint, TokenCredential identity, HttpPipelineTransport? transport = null) =>
        new(endpoint, identity, Options(transport));

    private static TableClientOptions Options(HttpPipelineTransport? transport)
    {
        var options = new TableClientOptions { RetryPolicy = new TableRetryPolicy() };
        options.Retry.NetworkTimeout = TryTimeout;
        if (transport is not null)
            options.Transport = transport;
        return options;
    }
}
