namespace LicenseFunctions.Storage.AzureTables;

/// <summary>
/// What the header of its file is to the embedded store: a row that remembers the newest <see cref="RowSchema"/> ever
/// written to the tables. A program that knows only older ones does not start on them.
/// </summary>
public sealed class NewestSchema(ITableStore store)
{
    internal const string Partition = "store";
    internal const string MarkRow = "newest-schema";
    private const string Property = "newest";

    /// <exception cref="StoreCannotOpenException">The tables hold rows that this program would misread.</exception>
    public async Task CheckAsync(CancellationToken cancel)
    {
        var mark = await store.FindAsync(TableNames.Ids, Partition, MarkRow, cancel);
        var newest = mark?.Values.GetNumber(Property) ?? 0;
        if (newest > RowSchema.Newest)
        {
            throw new StoreCannotOpenException(
                $"The tables were written by a newer version of this program (schema {newest}, this one knows {RowSchema.Newest}); update this program.");
        }

        // Whether it is this instance that writes it, or another of the same version or a newer one: it stands before any row does.
        var values = new RowValues { ["schema"] = 1, [Property] = RowSchema.Newest };
        if (newest < RowSchema.Newest)
            await store.CommitAsync(TableNames.Ids, Partition, [mark is null ? RowChange.Insert(MarkRow, values) : RowChange.Replace(MarkRow, values, mark.ETag)], cancel);
    }
}
