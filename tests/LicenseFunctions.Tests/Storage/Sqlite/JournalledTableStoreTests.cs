using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>The contract for rows that go to the journal first, and stay in it.</summary>
public class JournalledTableStoreTests : TableStoreContract, IAsyncLifetime
{
    private readonly StoreFolder _folder = new();

    protected override string Table => TableNames.Limits;

    protected override string EmptyTable => TableNames.Limits;

    private protected virtual StorePace Pace => StorePace.Default with { LongestWait = TimeSpan.FromHours(1) };

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    protected override async Task<ITableStore> NewStoreAsync() => await _folder.OpenAsync(pace: Pace);
}

/// <summary>The contract for rows that are written to their pages a few at a time, all the while.</summary>
public sealed class AppliedTableStoreTests : JournalledTableStoreTests
{
    private protected override StorePace Pace => new(3, 10, 2, TimeSpan.Zero, 10);
}
