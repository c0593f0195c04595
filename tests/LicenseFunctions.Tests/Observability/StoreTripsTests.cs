using LicenseFunctions.Limits;
using LicenseFunctions.Observability;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Moq;

namespace LicenseFunctions.Tests.Observability;

public sealed class StoreTripsTests
{
    [Fact]
    public async Task Operations_under_way_together_are_one_trip_and_those_of_no_request_are_none()
    {
        using var meters = new Meters();
        using var readings = new MeterReadings(meters);
        var answered = new TaskCompletionSource();
        var counting = new CountingStore(Mock.Of<ITableStore>()) { Before = _ => answered.Task };
        var store = new MeteredStore(counting, "sqlite", meters);
        var before = FindAsync("of nobody");

        var request = MeteredRequest.Begin(meters, "signed", "verify");
        Task[] together = [FindAsync("one"), FindAsync("other")];
        answered.SetResult();
        await Task.WhenAll([before, .. together]);
        await FindAsync("afterwards");
        request.End("200", LimitKind.None);

        Assert.Equal(2, Assert.Single(readings.Of("licensing.request.store_trips", ("licensing.endpoint", "signed/verify"))).Value);
        Assert.Equal(4, readings.Of("db.client.operation.duration").Count());

        Task FindAsync(string row) => store.FindAsync(TableNames.Licenses, "partition", row, default).AsTask();
    }
}
