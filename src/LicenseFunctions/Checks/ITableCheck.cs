using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>One family of invariants, looking at the rows of a table as they go by, in the order of partition and row key.</summary>
public interface ITableCheck
{
    /// <summary>Sees a row that can be read. What has to be looked up is handed to <see cref="CheckRun.LaterAsync"/>.</summary>
    ValueTask SeeAsync(Row row);

    /// <summary>All rows of a partition have been seen.</summary>
    /// <param name="partition">The partition key.</param>
    /// <param name="isSound">False when one of them cannot be read: then nothing can be said of the partition as a whole.</param>
    ValueTask EndAsync(string partition, bool isSound) => default;
}
