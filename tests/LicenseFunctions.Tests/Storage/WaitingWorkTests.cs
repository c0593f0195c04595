using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>Work in a <see cref="PartitionLane"/> that waits for something else, and what becomes of it when that takes too long.</summary>
public sealed class WaitingWorkTests : IAsyncLifetime
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(8);

    private readonly ManualTimeProvider _time = new();
    private SqliteTableStore _inner = null!;
    private CountingStore _store = null!;
    private PartitionLane _lane = null!;

    private TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _inner = await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);
        _store = new CountingStore(_inner);
        _lane = new(_store, _time, TableNames.Limits, "p");
    }

    public async Task DisposeAsync()
    {
        await _inner.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task What_the_works_of_a_batch_wait_for_is_waited_for_at_once()
    {
        const int together = 5;
        var (begun, all) = (0, new TaskCompletionSource());
        var works = Enumerable.Range(0, together).Select(_ => new Count { Ready = WaitAsync }).ToArray();

        var ends = await TogetherAsync(works);

        Assert.All(ends, Assert.Null);
        Assert.Equal((together, together + 1), (begun, await CountAsync()));

        Task WaitAsync()
        {
            if (Interlocked.Increment(ref begun) == together)
                all.SetResult();
            return all.Task;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_waits_in_vain_harms_no_other(bool late)
    {
        var never = new TaskCompletionSource();
        Count[] works = [new(), new() { Ready = () => late ? never.Task : throw new InvalidTimeZoneException() }, new() { Ready = EndAsync }, new()];

        var ends = await TogetherAsync(works);

        Assert.Equal([false, true, false, false], ends.Select(end => end is InvalidTimeZoneException));
        Assert.Equal((1, 4), (ends.OfType<Exception>().Count(), await CountAsync()));

        Task EndAsync()
        {
            never.SetException(new InvalidTimeZoneException());
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Who_is_overdue_when_the_waiting_is_over_changes_nothing()
    {
        var ready = new Count { Ready = LetPassAsync };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _lane.DoAsync(ready, Within));

        Assert.Equal(0, await CountAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task Who_is_overdue_when_its_turn_comes_is_not_begun(int behind)
    {
        var (first, entered) = (new TaskCompletionSource(), new TaskCompletionSource());
        var before = _lane.DoAsync(new Count { Ready = EnterAsync }, Within);
        await entered.Task;
        var begun = 0;
        var waiting = Enumerable.Range(0, behind).Select(_ => _lane.DoAsync(new Count { Ready = BeginAsync }, Within)).ToArray();
        await LetPassAsync();

        first.SetResult();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => before);
        foreach (var each in waiting)
            await Assert.ThrowsAsync<StorageUnavailableException>(() => each);
        Assert.Equal(0, begun);
        await _lane.DoAsync(new Count(), Within);
        Assert.Equal(1, await CountAsync());

        Task EnterAsync()
        {
            entered.SetResult();
            return first.Task;
        }

        Task BeginAsync()
        {
            Interlocked.Increment(ref begun);
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_counted_before_its_caller_was_refused_is_taken_back_however_late_it_is(bool fails)
    {
        await _lane.DoAsync(new Count(), Within);
        var refused = new Count { IsRefused = LetPassAsync, Fails = fails };

        var end = await Record.ExceptionAsync(() => _lane.DoAsync(refused, Within));

        Assert.Equal(fails, end is InvalidTimeZoneException);
        Assert.Equal(fails, end is not null);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_not_tried_for_ever()
    {
        await _lane.DoAsync(new Count(), Within);
        _store.Loses = call =>
        {
            if (_store.Commits(TableNames.Limits) == 2)
                return false;
            _time.Advance(TimeSpan.FromSeconds(3));
            return true;
        };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _lane.DoAsync(new Count { IsRefused = LetPassAsync }, Within));
    }

    private Task LetPassAsync()
    {
        _time.Advance(Within);
        return Task.CompletedTask;
    }

    /// <summary>Behind another, so that they are one batch.</summary>
    private async Task<Exception?[]> TogetherAsync(Count[] works)
    {
        var (first, entered) = (new TaskCompletionSource(), new TaskCompletionSource());
        var before = _lane.DoAsync(new Count { Ready = () => { entered.SetResult(); return first.Task; } }, Within);
        await entered.Task;
        var ends = works.Select(work => Record.ExceptionAsync(() => _lane.DoAsync(work, Within))).ToArray();
        first.SetResult();
        await before;
        return await Task.WhenAll(ends).WaitAsync(Eventually.Patience);
    }

    private async Task<long> CountAsync() => (await _inner.FindAsync(TableNames.Limits, "p", "n", default))?.Values.GetNumber("n") ?? 0;

    /// <summary>Counts one, and takes it back when it is refused.</summary>
    private sealed class Count : PartitionWork
    {
        private bool _refused;
        private bool _counted;

        public Func<Task> Ready { get; init; } = () => Task.CompletedTask;

        /// <summary>Set to be refused once this is done.</summary>
        public Func<Task>? IsRefused { get; init; }

        public bool Fails { get; init; }

        public override IReadOnlyList<string> RowKeys => ["n"];

        public override bool MayPresume => IsRefused is not null;

        public override Task ReadyAsync(PartitionView view) => Ready();

        public override void Decide(PartitionView view)
        {
            var change = (_refused ? 0 : 1) - (_counted ? 1 : 0);
            view.Set("n", new() { ["n"] = (view.Find("n")?.GetNumber("n") ?? 0) + change });
        }

        public override void Committed() => _counted = !_refused;

        public override async Task<bool> ConfirmAsync()
        {
            if (_refused && Fails)
                throw new InvalidTimeZoneException();
            if (_refused || IsRefused is null)
                return true;
            await IsRefused();
            _refused = true;
            return false;
        }
    }
}
