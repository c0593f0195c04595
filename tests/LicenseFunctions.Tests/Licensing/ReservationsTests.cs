using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Licensing;

public sealed class ReservationsTests
{
    [Fact]
    public async Task Who_waits_for_its_turn_in_vain_is_told_so_in_time()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        var time = new ManualTimeProvider { HoldsTimers = true };
        var reservations = new Reservations(store, time);
        var (entered, hangs) = (new TaskCompletionSource(), new TaskCompletionSource<int>());
        var first = TakeAsync(() =>
        {
            entered.SetResult();
            return hangs.Task;
        });
        await entered.Task;
        var second = TakeAsync(() => Task.FromResult(3));

        time.Advance(ConflictRetry.Deadline);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => second.WaitAsync(Eventually.Patience));
        hangs.SetResult(2);
        Assert.Equal(1, (await first).Quantity);
        Assert.Equal(1, (await TakeAsync(() => Task.FromResult(2))).Quantity);

        Task<Reservation> TakeAsync(Func<Task<int>> countFreeAsync) =>
            reservations.TakeAsync("scope", 1, false, TimeSpan.FromMinutes(1), countFreeAsync, CancellationToken.None);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_for_its_turn_is_not_told_that_the_store_is_busy()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        var reservations = new Reservations(store, new ManualTimeProvider { HoldsTimers = true });
        var (entered, hangs, leaves) = (new TaskCompletionSource(), new TaskCompletionSource<int>(), new CancellationTokenSource());
        var first = reservations.TakeAsync("scope", 1, false, TimeSpan.FromMinutes(1), () => { entered.SetResult(); return hangs.Task; }, default);
        await entered.Task;
        var second = reservations.TakeAsync("scope", 1, false, TimeSpan.FromMinutes(1), () => Task.FromResult(3), leaves.Token);

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        hangs.SetResult(1);
        await first;
        leaves.Dispose();
    }
}
