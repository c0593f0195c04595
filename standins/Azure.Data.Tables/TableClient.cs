using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;

namespace Azure.Data.Tables
{
    public class TableClient
    {
        private readonly TablesRest _rest;

        internal TableClient(TablesRest rest, string name) => (_rest, Name) = (rest, name);

        protected TableClient()
        {
        }

        public virtual string Name { get; }

        public static string CreateQueryFilter(FormattableString filter) => ODataLiterals.Filter(filter);

        public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
            string partitionKey, string rowKey, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
            where T : class, ITableEntity
        {
            var address = $"{_rest.EntityAddress(Name, partitionKey, rowKey)}?$format={Uri.EscapeDataString(TablesRest.Json)}";
            if (select is not null)
                address += $"&$select={Uri.EscapeDataString(string.Join(',', select))}";
            using var message = _rest.Create(RequestMethod.Get, address);
            var response = await _rest.SendAsync(message, cancellationToken, 200, 404).ConfigureAwait(false);
            if (response.Status == 404)
                return new NoValueResponse<T>(response);
            using var json = JsonDocument.Parse(response.Content);
            return Response.FromValue(EntityJson.Read(json.RootElement) as T ?? throw NotKnown<T>(), response);
        }

        public virtual AsyncPageable<T> QueryAsync<T>(
            string filter = null, int? maxPerPage = null, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
            where T : class, ITableEntity => typeof(T) == typeof(TableEntity)
                ? new EntityPages<T>(_rest, Name, filter, maxPerPage, select?.ToList(), cancellationToken)
                : throw NotKnown<T>();

        public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
            where T : ITableEntity
        {
            using var message = _rest.Create(RequestMethod.Post, $"{_rest.Endpoint}/{Name}", EntityJson.Write(entity));
            message.Request.Headers.Add("Prefer", "return-no-content");
            return await _rest.SendAsync(message, cancellationToken, 201, 204).ConfigureAwait(false);
        }

        public virtual Task<Response> UpdateEntityAsync<T>(
            T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
            where T : ITableEntity => ifMatch == default
                ? throw new ArgumentException("An update needs a tag; ETag.All stands for any.", nameof(ifMatch))
                : PutAsync(entity, ifMatch, mode, cancellationToken);

        public virtual Task<Response> UpsertEntityAsync<T>(
            T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
            where T : ITableEntity => PutAsync(entity, default, mode, cancellationToken);

        public virtual async Task<Response> DeleteEntityAsync(
            string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
        {
            using var message = _rest.Create(RequestMethod.Delete, _rest.EntityAddress(Name, partitionKey, rowKey));
            message.Request.Headers.Add(HttpHeader.Names.IfMatch, (ifMatch == default ? ETag.All : ifMatch).ToString());
            return await _rest.SendAsync(message, cancellationToken, 204, 404).ConfigureAwait(false);
        }

        public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
            IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
        {
            var batch = new BatchRequest(_rest, Name, transactionActions);
            using var message = batch.CreateMessage();
            var response = await _rest.SendAsync(message, cancellationToken, 202).ConfigureAwait(false);
            var parts = BatchResponse.Read(response);
            if (parts.FirstOrDefault(part => part.Status >= 400) is { } failed)
                throw new TableTransactionFailedException(new RequestFailedException(failed, null, new TablesErrorParser()));
            return Response.FromValue<IReadOnlyList<Response>>(parts, response);
        }

        private async Task<Response> PutAsync(ITableEntity entity, ETag ifMatch, TableUpdateMode mode, CancellationToken cancellationToken)
        {
            var method = mode == TableUpdateMode.Merge ? RequestMethod.Patch : RequestMethod.Put;
            var address = _rest.EntityAddress(Name, entity.PartitionKey, entity.RowKey);
            using var message = _rest.Create(method, address, EntityJson.Write(entity));
            if (ifMatch != default)
                message.Request.Headers.Add(HttpHeader.Names.IfMatch, ifMatch.ToString());
            return await _rest.SendAsync(message, cancellationToken, 204).ConfigureAwait(false);
        }

        private static NotSupportedException NotKnown<T>() =>
            new($"The stand-in knows {nameof(TableEntity)} only, not {typeof(T)}.");
    }
}
