using Azure.Data.Tables;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>Rows as entities and back.</summary>
internal static class TableRows
{
    public static TableEntity ToEntity(string partition, RowChange change, byte[] writes)
    {
        var entity = new TableEntity(partition, change.Key) { [RowTag.Property] = writes };
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

        return new(entity.PartitionKey, entity.RowKey, values, RowTag.Of(entity).ToString());
    }

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
        name is RowTag.Property or nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey) or nameof(ITableEntity.Timestamp)
        || name.StartsWith("odata.", StringComparison.Ordinal);
}
