using System.Net;
using LicenseFunctions.Observability;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Observability;

public sealed class WebhookMetersTests
{
    [Fact]
    public async Task Posts_are_counted_by_how_they_ended_and_so_is_what_was_given_up()
    {
        await using var api = await WebhookHost.StartAsync(null, "product.created");
        using var readings = new MeterReadings(api.Get<Meters>());

        api.Target.Status = HttpStatusCode.InternalServerError;
        await api.Host.ProductAsync();
        await DeliverUntilAsync(api, () => Attempts(readings, "failed") > 0);
        Assert.Equal(0, readings.Sum("licensing.webhook.dead_letters"));
        api.Clock.Advance(TimeSpan.FromHours(25));
        await DeliverUntilAsync(api, () => readings.Sum("licensing.webhook.dead_letters") > 0);
        api.Target.Status = HttpStatusCode.OK;
        await api.Host.ProductAsync();
        await DeliverUntilAsync(api, () => Attempts(readings, "delivered") > 0);

        Assert.Equal((1, 1), (Attempts(readings, "delivered"), readings.Sum("licensing.webhook.dead_letters")));
        Assert.Equal(api.Target.Posts.Count - 1, Attempts(readings, "failed"));
    }

    private static double Attempts(MeterReadings readings, string outcome) => readings.Sum("licensing.webhook.attempts", ("licensing.webhook.outcome", outcome));

    private static Task DeliverUntilAsync(WebhookHost api, Func<bool> isDone) => Eventually.HoldsAsync(async () =>
    {
        await api.DeliverAsync();
        return isDone();
    });
}
