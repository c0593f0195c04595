using System.Globalization;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>A <see cref="PartitionLane"/> in which more rows are asked for than it remembers.</summary>
public sealed class RememberedRowsTests : IAsyncLifetime
{
    private const int Rows = 60;
    private const string WitnessRow = "head.witness";

    private SqliteTableStore _store = null!;

    private TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync() => _store = await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>In every order of looks by one lane and changes by another: what the one remembers is never older than the other's last change.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_row_is_remembered_without_the_witness_that_proves_it(int seed)
    {
        var (here, there, random) = (NewLane(), NewLane(), new Random(seed));
        var truth = new long[Rows];
        for (var step = 0; step < 400; step++)
        {
            var row = random.Next(Rows);
            switch (random.Next(8))
            {
                case 0:
                    await DoAsync(there, new(row) { Write = truth[row] = step });
                    break;
                case 1:
                    await DoAsync(here, new(row) { Write = truth[row] = step });
                    break;
                case 2:
                    // Several at once, as they overflow in the middle of a batch.
                    int[] some = [.. Enumerable.Range(0, 30).Select(_ => random.Next(Rows)).Distinct()];
                    var looks = some.Select(each => new Look(each) { Counts = step % 2 == 0 }).ToArray();
                    await Task.WhenAll(looks.Select(look => DoAsync(here, look)));
                    Assert.Equal(some.Select(each => truth[each]), looks.Select(look => look.Seen));
                    break;
                default:
                    var one = new Look(row) { Counts = random.Next(2) == 0 };
                    await DoAsync(here, one);
                    Assert.Equal(truth[row], one.Seen);
                    break;
            }

            var remembered = Enumerable.Range(0, Rows).Count(each => here.TryRemember(KeyOf(each), out _));
            Assert.InRange(remembered, 0, 32);
            Assert.True(remembered == 0 || here.TryRemember(WitnessRow, out _), $"{remembered} rows without a witness at step {step}");
        }
    }

    private PartitionLane NewLane() => new(_store, TimeProvider.System, TableNames.Limits, "p");

    private static Task DoAsync(PartitionLane lane, Look look) => lane.DoAsync(look, Eventually.Patience);

    private static string KeyOf(int row) => row.ToString("row.00", CultureInfo.InvariantCulture);

    /// <summary>Looks at a row; counts that in the witness, or writes the row with it.</summary>
    private sealed class Look(int row) : PartitionWork
    {
        public long? Write { get; init; }

        public bool Counts { get; init; }

        public long Seen { get; private set; }

        public override IReadOnlyList<string> RowKeys { get; } = ["head", WitnessRow, KeyOf(row)];

        public override string HeadPrefix => "head";

        public override bool MayPresume => Write is null;

        public override string? Witness => WitnessRow;

        public override void Decide(PartitionView view)
        {
            Seen = view.Find(KeyOf(row))?.GetNumber("n") ?? 0;
            if (Write is { } number)
                view.Set(KeyOf(row), new() { ["n"] = number });
            if (Counts || Write is not null)
                view.Set(WitnessRow, new() { ["n"] = (view.Find(WitnessRow)?.GetNumber("n") ?? 0) + 1 });
        }
    }
}
