namespace LicenseFunctions.Storage.Sqlite;

/// <summary>When the journal is applied, and how much of it at a time.</summary>
/// <param name="RowsInStep">Rows written in one transaction, for which requests wait.</param>
/// <param name="EnoughRows">With so many rows in it, it is applied; the more, the more changes of a row are written once.</param>
/// <param name="EnoughPages">With so many pages of it in use too; of <see cref="JournalPages.Slots"/> there are no more.</param>
/// <param name="LongestWait">After so long it is applied anyway, so that the tables are nearly what the store holds.</param>
internal sealed record JournalPace(int RowsInStep, int EnoughRows, int EnoughPages, TimeSpan LongestWait)
{
    public static JournalPace Default { get; } = new(64, 16_384, JournalPages.Slots / 2, TimeSpan.FromSeconds(1.5));
}
