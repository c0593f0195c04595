using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

public sealed class PartitionLaneTests : IAsyncLifetime
{
    private static readonly TimeSpan Within = Eventually.Patience;

    private SqliteTableStore _inner = null!;
    private CountingStore _store = null!;
    private PartitionLane _lane = null!;

    private TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _inner = await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);
        _store = new CountingStore(_inner);
        _lane = NewLane();
    }

    public async Task DisposeAsync()
    {
        await _inner.DisposeAsync();
        Folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_at_once_are_each_counted_in_few_commits(bool presume)
    {
        await _lane.DoAsync(new Add(presume), Within);
        var all = new TaskCompletionSource();
        _store.Before = _ => all.Task;

        var works = Enumerable.Range(0, 100).Select(_ => _lane.DoAsync(new Add(presume), Within)).ToArray();
        all.SetResult();
        await Task.WhenAll(works);

        Assert.Equal(101, await CountAsync());
        Assert.InRange(_store.Commits(TableNames.Limits), 6, 12);
    }

    [Fact]
    public async Task A_lost_race_is_read_and_decided_again()
    {
        await _lane.DoAsync(new Add(presume: true), Within);
        await NewLane(_inner).DoAsync(new Add(presume: false) { By = 10 }, Within);
        var work = new Add(presume: true);

        await _lane.DoAsync(work, Within);

        Assert.Equal(12, work.Result);
        Assert.Equal(12, await CountAsync());
    }

    [Fact]
    public async Task Lanes_of_several_instances_lose_no_change()
    {
        var lanes = Enumerable.Range(0, 4).Select(_ => NewLane(_inner)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => lanes[i % 4].DoAsync(new Add(i % 3 > 0), Within))));

        Assert.Equal(400, await CountAsync());
    }

    [Theory]
    [InlineData("find")]
    [InlineData("commit")]
    public async Task An_exception_fails_its_batch_alone(string kind)
    {
        var failures = 0;
        _store.Before = call => call.Kind == kind && failures++ == 0 ? throw new StorageUnavailableException("scripted") : Task.CompletedTask;

        var failed = await Record.ExceptionAsync(() => _lane.DoAsync(new Add(presume: false), Within));
        await _lane.DoAsync(new Add(presume: false), Within);

        Assert.IsType<StorageUnavailableException>(failed);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_read_that_fails_beside_a_commit_is_made_again()
    {
        var failures = 0;
        await _lane.DoAsync(new Add(presume: true, "other"), Within);
        _store.Before = call => call.Kind == "find" && failures++ == 0 ? throw new StorageUnavailableException("scripted") : Task.CompletedTask;

        await _lane.DoAsync(new Add(presume: true, "other"), Within);

        Assert.True(failures > 1);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_decision_that_throws_harms_no_other()
    {
        _store.Before = _ => Task.Delay(5);
        var works = Enumerable.Range(0, 20).Select(i => new Add(presume: false) { Throws = i % 4 == 0 }).ToArray();

        var ends = await Task.WhenAll(works.Select(work => Record.ExceptionAsync(() => _lane.DoAsync(work, Within))));

        Assert.Equal(5, ends.Count(end => end is InvalidTimeZoneException));
        Assert.Equal(15, ends.Count(end => end is null));
        Assert.Equal(15, await CountAsync());
    }

    [Fact]
    public async Task Endless_conflicts_end_at_the_deadline()
    {
        _store.Loses = _ => true;

        var failed = await Record.ExceptionAsync(() => _lane.DoAsync(new Add(presume: false), TimeSpan.FromMilliseconds(200)));

        Assert.IsType<StorageUnavailableException>(failed);
        _store.Loses = _ => false;
        await _lane.DoAsync(new Add(presume: false), Within);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Whose_confirmation_fails_is_not_committed_by_a_later_attempt()
    {
        var losses = 0;
        _store.Loses = _ => losses++ == 0;
        var doomed = new Add(presume: false) { Confirmation = Task.FromException<bool>(new InvalidTimeZoneException()) };

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _lane.DoAsync(doomed, Within));
        await _lane.DoAsync(new Add(presume: false), Within);

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_row_made_and_removed_within_one_batch_needs_no_removal()
    {
        var gate = new TaskCompletionSource();
        _store.Before = _ => gate.Task;
        var first = _lane.DoAsync(new Add(presume: false), Within);
        var made = _lane.DoAsync(new Blind(view => view.Set("x", new() { ["n"] = 1 })), Within);
        var removed = _lane.DoAsync(new Blind(view => view.Delete("x")), Within);

        gate.SetResult();

        await Task.WhenAll(first, made, removed).WaitAsync(Eventually.Patience);
        Assert.Null(await _inner.FindAsync(TableNames.Limits, "p", "x", default));
    }

    private PartitionLane NewLane(ITableStore? store = null) => new(store ?? _store, TimeProvider.System, TableNames.Limits, "p");

    private async Task<long> CountAsync() => (await _inner.FindAsync(TableNames.Limits, "p", "n", default))!.Values.GetNumber("n");

    /// <summary>Adds to a number; looks at a second row if one is named.</summary>
    private sealed class Add(bool presume, string? beside = null) : PartitionWork
    {
        private bool _added;

        public long By { get; init; } = 1;

        public bool Throws { get; init; }

        public Task<bool> Confirmation { get; init; } = Task.FromResult(true);

        public long Result { get; private set; }

        public override IReadOnlyList<string> RowKeys { get; } = beside is null ? ["n"] : ["n", beside];

        public override bool MayPresume => presume;

        public override void Decide(PartitionView view)
        {
            var row = view.Find("n");
            Result = (row?.GetNumber("n") ?? 0) + (_added ? 0 : By);
            view.Set("n", new() { ["n"] = Result });
            if (Throws)
                throw new InvalidTimeZoneException();
        }

        public override void Committed() => _added = true;

        public override Task<bool> ConfirmAsync() => Confirmation;
    }

    private sealed class Blind(Action<PartitionView> decide) : PartitionWork
    {
        public override IReadOnlyList<string> RowKeys => [];

        public override void Decide(PartitionView view) => decide(view);
    }
}
