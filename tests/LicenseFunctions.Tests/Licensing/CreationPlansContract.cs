using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Licensing;

public sealed class CreationPlansTests : CreationPlansContract;

[NeedsAzurite]
public sealed class CreationPlansOnAzureTablesTests : CreationPlansContract;

/// <summary>Plans that are larger than one commit may be, on each kind of store.</summary>
public abstract class CreationPlansContract : StoreSuite
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Operation _begun = new(Guid.NewGuid(), false);
    private readonly License[] _licenses = Licenses("KEY");
    private DyingStore _store = null!;
    private CreationPlans _plans = null!;

    private Operation Resumed => _begun with { IsResumed = true };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _store = new(Store);
        _plans = new(_store, new ListingWriter(_store, _clock), _clock);
    }

    [StoreFact]
    public async Task A_large_plan_is_found_as_it_was_written_and_kept_for_a_day()
    {
        await _plans.WriteAsync(_licenses, _begun, default);

        ShouldBePlanned(await _plans.FindAsync(Resumed, default));
        _clock.Advance(TimeSpan.FromMinutes(6));
        await _plans.FinishOverdueAsync(default);
        ShouldBePlanned(await _plans.FindAsync(Resumed, default));
        Assert.All(await RowsAsync(), row => Assert.True(row.Values.GetBoolean("listed")));
        _clock.Advance(TimeSpan.FromHours(25));
        await _plans.FinishOverdueAsync(default);
        Assert.Empty(await RowsAsync());
    }

    [StoreFact]
    public async Task A_large_plan_that_is_done_leaves_nothing()
    {
        await _plans.RemoveAsync((await _plans.WriteAsync(_licenses, null, default))!, default);

        Assert.Empty(await RowsAsync());
    }

    [StoreFact]
    public async Task A_plan_that_was_not_written_to_its_end_is_none_and_goes_with_the_timer()
    {
        await DieAtCommitAsync(2, () => _plans.WriteAsync(_licenses, _begun, default));
        Assert.NotEmpty(await RowsAsync());

        Assert.Null(await _plans.FindAsync(Resumed, default));
        _clock.Advance(TimeSpan.FromMinutes(6));
        await _plans.FinishOverdueAsync(default);
        Assert.Empty(await RowsAsync());
    }

    [StoreFact]
    public async Task A_further_attempt_plans_anew_over_what_a_dead_one_left()
    {
        await DieAtCommitAsync(2, () => _plans.WriteAsync(Licenses("OLD"), _begun, default));

        await _plans.WriteAsync(_licenses, Resumed, default);

        ShouldBePlanned(await _plans.FindAsync(Resumed, default));
        Assert.Null(await _plans.WriteAsync(Licenses("LATE"), _begun, default));
        ShouldBePlanned(await _plans.FindAsync(Resumed, default));
        _clock.Advance(TimeSpan.FromHours(25));
        await _plans.FinishOverdueAsync(default);
        Assert.Empty(await RowsAsync());
    }

    [StoreFact]
    public async Task A_plan_whose_finishing_or_removal_died_half_way_is_finished_later()
    {
        await _plans.WriteAsync(_licenses, _begun, default);
        _clock.Advance(TimeSpan.FromMinutes(6));
        await DieAtCommitAsync(2, () => _plans.FinishOverdueAsync(default));
        await _plans.FinishOverdueAsync(default);
        Assert.All(await RowsAsync(), row => Assert.True(row.Values.GetBoolean("listed")));
        ShouldBePlanned(await _plans.FindAsync(Resumed, default));

        _clock.Advance(TimeSpan.FromHours(25));
        await DieAtCommitAsync(2, () => _plans.FinishOverdueAsync(default));
        Assert.Null(await _plans.FindAsync(Resumed, default));
        await _plans.FinishOverdueAsync(default);

        Assert.Empty(await RowsAsync());
    }

    /// <summary>Few enough to be looked for one by one, and long enough for two commits.</summary>
    private static License[] Licenses(string prefix) =>
        [.. Enumerable.Range(1, 1800).Select(i => new License { Key = $"{prefix}-{i}".PadRight(1000, 'X'), Id = i, ProductId = 1 })];

    private void ShouldBePlanned(IReadOnlyList<(string Key, long Id)>? found) =>
        Assert.Equal(_licenses.Select(license => (license.Key, license.Id)), found!);

    private async Task DieAtCommitAsync(int commit, Func<Task> act)
    {
        var commits = 0;
        _store.DiesAt = (_, _, _) => ++commits >= commit;
        await Assert.ThrowsAsync<StorageUnavailableException>(act);
        _store.Revive();
    }

    private async Task<List<Row>> RowsAsync()
    {
        var rows = new List<Row>();
        await foreach (var row in Store.ListAsync(new(TableNames.Idempotency, "plans"), default))
            rows.Add(row);
        return rows;
    }
}
