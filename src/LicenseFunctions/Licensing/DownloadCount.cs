using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Adds one to the counter of a version; nothing when it was removed meanwhile.</summary>
public sealed class DownloadCount(string rowKey, long id) : PartitionWork
{
    private const string Counter = "download_counter";

    public override IReadOnlyList<string> RowKeys { get; } = [rowKey];

    public override void Decide(PartitionView view)
    {
        if (view.Find(rowKey) is not { } row || row.GetNumber("id") != id)
            return;
        var counted = row.Copy();
        counted[Counter] = row.GetNumber(Counter) + 1;
        view.Set(rowKey, counted);
    }
}
