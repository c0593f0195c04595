using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>Rows as entities and back.</summary>
internal static class TableRows
{
    /// <summary>Which commit wrote the row: the store's own property, never seen above it.</summary>
    private const string WriteId = "_write";

    public static long NewWriteId() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    public static TableEntity ToEntity(string partition, RowChange change, long writeId)
    {
        var entity = new TableEntity(partition, change.Key) { [WriteId] = writeId };
        foreach (var (name, value) in change.Values.AsSpan())
        {
            if (IsReserved(name))
                throw new ArgumentException($"No property of a row may be called {name}.");
            entity[name] = value.Kind switch
            {
                RowValueKind.Text => value.AsText()!,
                RowValueKind.Number => value.AsNumber()!,
                RowValueKind.Boolean => value.AsBoolean()!,
                RowValueKind.Binary => value.AsBinary()!,
                RowValueKind.None => throw new ArgumentException($"{name} has no value."),
            };
        }

        return entity;
    }

    public static Row ToRow(TableEntity entity)
    {
        var values = new RowValues(entity.Count);
        foreach (var (name, value) in (IEnumerable<KeyValuePair<string, object>>)entity)
        {
            if (!IsReserved(name))
                values[name] = ToValue(value);
        }

        return new(entity.PartitionKey, entity.RowKey, values, Text(entity.ETag));
    }

    public static bool IsWrittenBy(TableEntity entity, long writeId) =>
        entity.TryGetValue(WriteId, out var id) && id is long found && found == writeId;

    /// <summary>The tag as the service writes it, empty where there is none.</summary>
    public static string Text(ETag? etag) => etag is { } tag && tag != default ? tag.ToString() : "";

    /// <summary>Whether the text can be the tag of a row at all; the service refuses others as malformed.</summary>
    public static bool IsETag(string text) =>
        text.Length > 4 && text.StartsWith("W/\"", StringComparison.Ordinal) && text[^1] == '"';

    /// <summary>Other kinds are never written here: someone else's addition, not to be read as ours.</summary>
    private static RowValue ToValue(object? value) => value switch
    {
        string text => text,
        long number => number,
        int number => (long)number,
        bool truth => truth,
        byte[] bytes => bytes,
        BinaryData bytes => bytes.ToArray(),
        _ => default,
    };

    private static bool IsReserved(string name) =>
        name is WriteId or nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey) or nameof(ITableEntity.Timestamp)
        || name.StartsWith("odata.", StringComparison.Ordinal);
}
