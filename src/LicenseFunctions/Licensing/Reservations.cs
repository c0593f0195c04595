using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What was held back for a call.</summary>
/// <param name="Scope">Of what.</param>
/// <param name="Id">Which holding.</param>
/// <param name="Quantity">How much; 0 when not enough is free.</param>
/// <param name="Free">What was free when it was decided, holdings of others not taken off.</param>
public sealed record Reservation(string Scope, string Id, int Quantity, int Free);

/// <summary>
/// Holds back a part of something counted while a call that is to use it up is under way, so that parallel calls together
/// never get more than there is, and none is refused while there is enough. What is free is counted by the lists, which
/// follow the licenses whatever dies; a holding only bridges the time until they do, and lapses by itself.
/// </summary>
public sealed class Reservations(ITableStore store, TimeProvider time)
{
    private const string Row = "held";
    private const int MostHoldings = 500;

    /// <summary>After this a caller who would take less is given what is certainly free.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Within an instance callers take turns, rather than lose races to each other.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Holds back what is wanted.</summary>
    /// <param name="scope">Of what: a name that partition keys may hold.</param>
    /// <param name="wanted">How much.</param>
    /// <param name="mayBeLess">True when a part of it is welcome too.</param>
    /// <param name="lapse">After which time the holding is void, should the caller die.</param>
    /// <param name="countFreeAsync">Counts what is free, holdings not taken off.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <param name="id">The holding's name, where a call begun again is to find its own; what it held is replaced.</param>
    public Task<Reservation> TakeAsync(
        string scope, int wanted, bool mayBeLess, TimeSpan lapse, Func<Task<int>> countFreeAsync, CancellationToken cancel,
        string? id = null)
    {
        id ??= Guid.NewGuid().ToString("N")[..12];
        var since = time.GetTimestamp();
        return ConflictRetry.RunAsync(async () =>
        {
            var turn = _turns[(uint)scope.GetHashCode(StringComparison.Ordinal) % (uint)_turns.Length];
            await WaitAsync(turn, ConflictRetry.Deadline - time.GetElapsedTime(since), cancel).ConfigureAwait(false);
            try
            {
                var isPatient = time.GetElapsedTime(since) < Patience;
                return await TryTakeAsync(scope, id, wanted, mayBeLess, isPatient, lapse, countFreeAsync, cancel).ConfigureAwait(false);
            }
            finally
            {
                turn.Release();
            }
        }, time, cancel);
    }

    private async Task WaitAsync(SemaphoreSlim turn, TimeSpan left, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        try
        {
            await turn.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new StorageUnavailableException("Too many calls wait for the same.");
        }
    }

    /// <summary>Gives up a holding: the lists know what became of it.</summary>
    public Task ReleaseAsync(Reservation reservation) => reservation.Quantity == 0
        ? Task.CompletedTask
        : ConflictRetry.RunAsync(() => TryReleaseAsync(reservation), time, CancellationToken.None);

    /// <summary>
    /// The holdings are read first, then what is free is counted, and the change is bound to the holdings being the same
    /// still. So whatever is held may have been counted off already, never the other way round: too little may seem
    /// free, not too much. Where that decides, the call waits until the others are done.
    /// </summary>
    private async Task<Reservation?> TryTakeAsync(
        string scope, string id, int wanted, bool mayBeLess, bool isPatient, TimeSpan lapse, Func<Task<int>> countFreeAsync, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Idempotency, Partition(scope), Row, cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var holdings = Read(row).Where(holding => holding.Until > now && holding.Id != id).ToList();
        var free = await countFreeAsync().ConfigureAwait(false);
        var certain = free - holdings.Sum(holding => holding.Quantity);
        if (free <= 0 || (free < wanted && !mayBeLess))
            return new(scope, "", 0, Math.Max(0, free));
        var granted = Math.Min(wanted, certain);
        if (holdings.Count >= MostHoldings || (granted < Math.Min(wanted, free) && (!mayBeLess || isPatient)))
            return null;
        if (granted <= 0)
            return new(scope, "", 0, free);
        var mine = new Holding(id, granted, now + (long)lapse.TotalMilliseconds);
        return await WriteAsync(scope, row, [.. holdings, mine], cancel).ConfigureAwait(false) ? new(scope, mine.Id, granted, free) : null;
    }

    private async Task<object?> TryReleaseAsync(Reservation reservation)
    {
        var row = await store.FindAsync(TableNames.Idempotency, Partition(reservation.Scope), Row, CancellationToken.None).ConfigureAwait(false);
        var holdings = Read(row).Where(holding => holding.Id != reservation.Id).ToList();
        return row is null || await WriteAsync(reservation.Scope, row, holdings, CancellationToken.None).ConfigureAwait(false) ? this : null;
    }

    private async Task<bool> WriteAsync(string scope, Row? row, List<Holding> holdings, CancellationToken cancel)
    {
        var values = new RowValues
        {
            ["schema"] = 1,
            ["written_at"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["holdings"] = string.Join(';', holdings.Select(holding => holding.ToString())),
        };
        var result = await store.CommitAsync(
            TableNames.Idempotency, Partition(scope), [row is null ? RowChange.Insert(Row, values) : RowChange.Replace(Row, values, row.ETag)], cancel)
            .ConfigureAwait(false);
        return result.Committed;
    }

    /// <summary>In the table of what is under way, which outlives a loss of power: a quota depends on it.</summary>
    private static string Partition(string scope) => "held." + scope;

    private static IEnumerable<Holding> Read(Row? row) =>
        (row?.Values.GetText("holdings") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Holding.Parse);

    private sealed record Holding(string Id, int Quantity, long Until)
    {
        public static Holding Parse(string text) => text.Split(',') is [var id, var quantity, var until]
            ? new(id, int.Parse(quantity, CultureInfo.InvariantCulture), long.Parse(until, CultureInfo.InvariantCulture))
            : throw new FormatException("A holding has three parts.");

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id},{Quantity},{Until}");
    }
}
