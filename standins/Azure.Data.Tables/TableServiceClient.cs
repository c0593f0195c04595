using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables
{
    public class TableServiceClient
    {
        private const string Scope = "https://storage.azure.com/.default";

        private readonly TablesRest _rest;

        public TableServiceClient(string connectionString)
            : this(connectionString, null)
        {
        }

        public TableServiceClient(string connectionString, TableClientOptions options = null)
        {
            var account = ConnectionString.Parse(connectionString);
            _rest = new TablesRest(account.Endpoint, new SharedKeyPolicy(account.Account, account.Key), options ?? new());
        }

        public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions options = null)
        {
            ArgumentNullException.ThrowIfNull(endpoint);
            ArgumentNullException.ThrowIfNull(tokenCredential);
            _rest = new TablesRest(endpoint, new BearerTokenAuthenticationPolicy(tokenCredential, Scope), options ?? new());
        }

        protected TableServiceClient()
        {
        }

        public virtual TableClient GetTableClient(string tableName)
        {
            ArgumentException.ThrowIfNullOrEmpty(tableName);
            return new TableClient(_rest, tableName);
        }

        public virtual async Task<Response<TableItem>> CreateTableIfNotExistsAsync(
            string tableName, CancellationToken cancellationToken = default)
        {
            ArgumentException.ThrowIfNullOrEmpty(tableName);
            var body = JsonSerializer.SerializeToUtf8Bytes(new { TableName = tableName });
            using var message = _rest.Create(RequestMethod.Post, $"{_rest.Endpoint}/Tables", body);
            message.Request.Headers.Add("Prefer", "return-no-content");
            var response = await _rest.SendAsync(message, cancellationToken, 201, 204, 409).ConfigureAwait(false);
            if (response.Status == 409 && new RequestFailedException(response) is { ErrorCode: not "TableAlreadyExists" } other)
                throw other;
            return Response.FromValue(new TableItem(tableName), response);
        }
    }
}
