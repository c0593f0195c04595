using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>Rows of one partition that hold a number.</summary>
internal static class NumberedRows
{
    /// <summary>The journal is not applied as long as a test takes, unless it has rows or pages enough.</summary>
    public static StorePace Never { get; } = StorePace.Default with { LongestWait = TimeSpan.FromHours(1) };

    public static RowValues Numbered(long n) => new() { ["n"] = n };

    /// <summary>The ETag of the last change; null when a condition did not hold.</summary>
    public static async Task<string?> CommitAsync(SqliteTableStore store, params RowChange[] changes) =>
        (await store.CommitAsync(TableNames.Licenses, "p", changes, default)) is { Committed: true } result ? result.ETags[^1] : null;

    public static async Task<long?> NumberAsync(SqliteTableStore store, string key) =>
        (await store.FindAsync(TableNames.Licenses, "p", key, default))?.Values.GetNumber("n");
}
