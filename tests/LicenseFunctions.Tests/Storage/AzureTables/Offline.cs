using Azure.Core;
using Azure.Core.Pipeline;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

/// <summary>Stores whose service is a script alone.</summary>
internal static class Offline
{
    public const string ConnectionString = "AccountName=acct;AccountKey=a2V5;EndpointSuffix=example.invalid";

    public static AzureTableStore Store(ScriptedHandler handler) =>
        new(AzureTableClients.Connect(ConnectionString, new HttpClientTransport(handler)));

    public static AzureTableStore StoreWithIdentity(ScriptedHandler handler, Func<AccessToken> token) => new(AzureTableClients.Connect(
        new Uri("https://acct.table.example.invalid/"), new FixedCredential(token), new HttpClientTransport(handler)));

    private sealed class FixedCredential(Func<AccessToken> token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Assert.Equal(["https://storage.azure.com/.default"], requestContext.Scopes);
            return token();
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
