namespace LicenseFunctions.Storage.Sqlite;

/// <summary>When the journal is applied, and how much of it at a time; and when the write-ahead log is copied.</summary>
/// <param name="RowsInStep">Rows written in one transaction, for which requests wait.</param>
/// <param name="EnoughRows">With so many rows in it, it is applied; the more, the more changes of a row are written once.</param>
/// <param name="EnoughPages">With so many pages of it in use too; of <see cref="JournalPages.Slots"/> there are no more.</param>
/// <param name="LongestWait">After so long it is applied anyway, so that the tables are nearly what the store holds.</param>
/// <param name="PagesInLog">With so many pages written to the log, about 24 MB of them, it is copied into the file.</param>
internal sealed record StorePace(int RowsInStep, int EnoughRows, int EnoughPages, TimeSpan LongestWait, int PagesInLog)
{
    public static StorePace Default { get; } = new(64, 16_384, JournalPages.Slots / 2, TimeSpan.FromSeconds(1.5), 6000);
}
