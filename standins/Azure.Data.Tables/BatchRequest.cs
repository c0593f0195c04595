using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables
{
    /// <summary>An entity group transaction: a multipart body with one change set, an HTTP request in each part.</summary>
    internal sealed class BatchRequest
    {
        private readonly TablesRest _rest;
        private readonly string _table;
        private readonly IReadOnlyList<TableTransactionAction> _actions;
        private readonly string _batch = $"batch_{Guid.NewGuid():D}";
        private readonly string _changeSet = $"changeset_{Guid.NewGuid():D}";

        public BatchRequest(TablesRest rest, string table, IEnumerable<TableTransactionAction> actions)
        {
            ArgumentNullException.ThrowIfNull(actions);
            (_rest, _table, _actions) = (rest, table, actions.ToList());
            if (_actions.Count == 0)
                throw new InvalidOperationException("A transaction needs at least one action.");
        }

        public HttpMessage CreateMessage()
        {
            var message = _rest.Create(RequestMethod.Post, $"{_rest.Endpoint}/$batch");
            message.Request.Headers.Add(HttpHeader.Names.ContentType, $"multipart/mixed; boundary={_batch}");
            message.Request.Content = RequestContent.Create(Body());
            return message;
        }

        private byte[] Body()
        {
            using var buffer = new MemoryStream();
            using (var writer = new StreamWriter(buffer, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" })
            {
                writer.WriteLine($"--{_batch}");
                writer.WriteLine($"Content-Type: multipart/mixed; boundary={_changeSet}");
                writer.WriteLine();
                foreach (var action in _actions)
                    WritePart(writer, action);
                writer.WriteLine($"--{_changeSet}--");
                writer.WriteLine();
                writer.WriteLine($"--{_batch}--");
            }

            return buffer.ToArray();
        }

        private void WritePart(StreamWriter writer, TableTransactionAction action)
        {
            writer.WriteLine($"--{_changeSet}");
            writer.WriteLine("Content-Type: application/http");
            writer.WriteLine("Content-Transfer-Encoding: binary");
            writer.WriteLine();
            writer.WriteLine($"{MethodOf(action)} {AddressOf(action)} HTTP/1.1");
            writer.WriteLine($"Accept: {TablesRest.Json}");
            writer.WriteLine("DataServiceVersion: 3.0");
            if (TagOf(action) is { } tag)
                writer.WriteLine($"If-Match: {tag}");
            if (action.ActionType == TableTransactionActionType.Add)
                writer.WriteLine("Prefer: return-no-content");
            if (action.ActionType != TableTransactionActionType.Delete)
            {
                writer.WriteLine("Content-Type: application/json");
                writer.WriteLine();
                writer.Write(Encoding.UTF8.GetString(EntityJson.Write(action.Entity)));
            }
            else
            {
                writer.WriteLine();
            }

            writer.WriteLine();
        }

        private static string MethodOf(TableTransactionAction action) => action.ActionType switch
        {
            TableTransactionActionType.Add => "POST",
            TableTransactionActionType.Delete => "DELETE",
            TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpsertMerge => "PATCH",
            TableTransactionActionType.UpdateReplace or TableTransactionActionType.UpsertReplace => "PUT",
            _ => throw new InvalidOperationException($"Unknown action {action.ActionType}."),
        };

        private string AddressOf(TableTransactionAction action) => action.ActionType == TableTransactionActionType.Add
            ? $"{_rest.Endpoint}/{_table}"
            : _rest.EntityAddress(_table, action.Entity.PartitionKey, action.Entity.RowKey);

        /// <summary>As the official client has it: an update without a tag sends no condition, a delete means any.</summary>
        private static string TagOf(TableTransactionAction action) => action.ActionType switch
        {
            TableTransactionActionType.Delete => (action.ETag == default ? ETag.All : action.ETag).ToString(),
            TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpdateReplace when action.ETag != default =>
                action.ETag.ToString(),
            _ => null,
        };
    }
}
