using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;

namespace Azure.Data.Tables
{
    /// <summary>
    /// A query, read page by page as the caller goes on. A page may be empty and yet have a next one: the service stops
    /// at boundaries of its own.
    /// </summary>
    internal sealed class EntityPages<T>(
        TablesRest rest, string table, string filter, int? maxPerPage, IReadOnlyCollection<string> select, CancellationToken cancellation)
        : AsyncPageable<T>(cancellation)
        where T : class, ITableEntity
    {
        public override async IAsyncEnumerable<Page<T>> AsPages(string continuationToken = null, int? pageSizeHint = null)
        {
            do
            {
                var page = await ReadAsync(continuationToken, pageSizeHint ?? maxPerPage).ConfigureAwait(false);
                continuationToken = page.ContinuationToken;
                yield return page;
            }
            while (continuationToken is not null);
        }

        private async Task<Page<T>> ReadAsync(string continuation, int? size)
        {
            using var message = rest.Create(RequestMethod.Get, Address(continuation, size));
            var response = await rest.SendAsync(message, CancellationToken, 200).ConfigureAwait(false);
            using var json = JsonDocument.Parse(response.Content);
            var entities = json.RootElement.GetProperty("value").EnumerateArray().Select(e => EntityJson.Read(e) as T).ToList();
            return Page<T>.FromValues(entities, Continuation(response), response);
        }

        private string Address(string continuation, int? size)
        {
            var address = new StringBuilder($"{rest.Endpoint}/{table}()?$format={Uri.EscapeDataString(TablesRest.Json)}");
            Append("$filter", string.IsNullOrEmpty(filter) ? null : filter);
            Append("$top", size?.ToString());
            Append("$select", select is null ? null : string.Join(',', select));
            var next = continuation?.Split(' ');
            Append("NextPartitionKey", next?[0]);
            Append("NextRowKey", next is { Length: > 1 } && next[1].Length > 0 ? next[1] : null);
            return address.ToString();

            void Append(string name, string value)
            {
                if (value is not null)
                    address.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        /// <summary>The service encodes both keys, so a blank between them is unambiguous.</summary>
        private static string Continuation(Response response) =>
            response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var partition)
                ? $"{partition} {(response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out var row) ? row : "")}"
                : null;
    }
}
