using LicenseFunctions.Limits;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Limits;

/// <summary>Several attempts of one request that are alive at once: one answer, whole.</summary>
public sealed class OvertakenAttemptsTests : IAsyncLifetime, IDisposable
{
    private static readonly IdempotentRequest _request = new("scope", [1, 2, 3]);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new() { HoldsTimers = true };
    private SqliteTableStore _sqlite = null!;
    private CountingStore _store = null!;
    private IdempotencyKeys _keys = null!;
    private IdempotencyKeys _others = null!;

    public async Task InitializeAsync()
    {
        _sqlite = await SqliteTableStore.OpenAsync(_folder["licenses.db"], default);
        _store = new(_sqlite);
        (_keys, _others) = (new(_store, _clock), new(_sqlite, _clock));
    }

    [Fact]
    public async Task The_answer_of_an_overtaken_attempt_leaves_the_others_whole()
    {
        StandStill();

        var first = await _keys.RunAsync(_request, async (_, _) =>
        {
            await OvertakeAsync();
            return Answer('a');
        }, default);
        var repeated = await _others.RunAsync(_request, (_, _) => throw new InvalidOperationException(), default);

        Assert.Equal(Answer('b').Response, repeated!.Response);
        Assert.Equal(Answer('b').Response, first!.Response);
    }

    [Fact]
    public async Task What_an_overtaken_attempt_has_kept_of_its_answer_is_removed_with_the_rest()
    {
        StandStill();
        await _keys.RunAsync(_request, async (_, _) =>
        {
            await OvertakeAsync();
            return Answer('a');
        }, default);

        _clock.Advance(TimeSpan.FromHours(26));
        await _keys.RemoveExpiredAsync(default);

        Assert.Empty(await _sqlite.ListAsync(new(TableNames.Idempotency, null), default).ToListAsync());
    }

    [Fact]
    public async Task An_attempt_that_acts_for_long_is_not_taken_for_dead()
    {
        TaskCompletionSource<RecordedAnswer> acts = new();
        var first = _keys.RunAsync(_request, (_, _) => acts.Task, default);
        for (var i = 0; i < 6; i++)
        {
            var began = await StartedAtAsync();
            await Eventually.HoldsAsync(() => _clock.DueWithin(TimeSpan.FromSeconds(15)) > 0);
            _clock.Advance(TimeSpan.FromSeconds(15));
            await Eventually.HoldsAsync(async () => await StartedAtAsync() > began);
        }

        var second = _others.RunAsync(_request, (_, _) => throw new InvalidOperationException(), default);
        acts.SetResult(Answer('a'));
        await first;
        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            return second.IsCompleted;
        });

        Assert.Equal(Answer('a').Response, (await second)!.Response);
    }

    [Fact]
    public async Task An_attempt_that_learns_that_it_was_overtaken_stops_and_answers_as_the_other()
    {
        TaskCompletionSource goesOn = new();
        _store.Before = call => call.IsRenewal() ? goesOn.Task : Task.CompletedTask;

        var answer = await _keys.RunAsync(_request, async (_, token) =>
        {
            await OvertakeAsync();
            goesOn.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return Answer('a');
        }, default).WaitAsync(Eventually.Patience);

        Assert.Equal(Answer('b').Response, answer!.Response);
    }

    [Fact]
    public async Task An_overtaken_attempt_that_fails_does_not_end_the_other()
    {
        StandStill();
        TaskCompletionSource<RecordedAnswer> acts = new();
        Task<RecordedAnswer?>? second = null;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _keys.RunAsync(_request, async (_, _) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(61));
            second = _others.RunAsync(_request, (_, _) => acts.Task, default);
            await Eventually.HoldsAsync(async () => await StartedAtAsync() == _clock.GetUtcNow().ToUnixTimeMilliseconds());
            throw new StorageUnavailableException("scripted");
        }, default));

        var third = _keys.RunAsync(_request, (_, _) => throw new InvalidOperationException(), default);
        acts.SetResult(Answer('b'));
        await second!;
        await Eventually.HoldsAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            return third.IsCompleted;
        });
        Assert.Equal(Answer('b').Response, (await third)!.Response);
    }

    public async Task DisposeAsync() => await _sqlite.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private static RecordedAnswer Answer(char letter) => new(200, null, [.. Enumerable.Repeat((byte)letter, 150_000)]);

    /// <summary>The first attempt says nothing while another takes over, as a process that is frozen.</summary>
    private void StandStill() => _store.Before = call => call.IsRenewal() ? throw new StorageUnavailableException("scripted") : Task.CompletedTask;

    private async Task OvertakeAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(61));
        await _others.RunAsync(_request, (_, _) => Task.FromResult(Answer('b')), default);
    }

    private async Task<long> StartedAtAsync() =>
        (await _sqlite.FindAsync(TableNames.Idempotency, _request.Scope, "record", default))?.Values.GetNumber("started_at") ?? 0;
}
