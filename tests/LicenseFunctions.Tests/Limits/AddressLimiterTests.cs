using LicenseFunctions.Limits;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Limits;

public sealed class AddressLimiterTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(30, 0)]
    [InlineData(30, 45)]
    public void Whoever_waits_as_long_as_told_is_admitted_and_not_before(int limit, int later)
    {
        var time = new ManualTimeProvider();
        var limiter = new AddressLimiter(time);
        for (var i = 0; i < limit / 2; i++)
            limiter.Count("license", "192.0.2.1", limit);
        time.Advance(TimeSpan.FromSeconds(later));
        WindowVerdict verdict;
        do
            verdict = limiter.Count("license", "192.0.2.1", limit);
        while (verdict.Admitted);
        var wait = verdict.FreeAt - time.GetUtcNow().ToUnixTimeMilliseconds();

        time.Advance(TimeSpan.FromMilliseconds(wait - 1));
        Assert.False(limiter.Count("license", "192.0.2.1", limit).Admitted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(limiter.Count("license", "192.0.2.1", limit).Admitted);
    }

    [Fact]
    public void Addresses_and_kinds_are_counted_apart()
    {
        var limiter = new AddressLimiter(new ManualTimeProvider());

        Assert.True(limiter.Count("license", "192.0.2.1", 1).Admitted);
        Assert.True(limiter.Count("license", "192.0.2.2", 1).Admitted);
        Assert.True(limiter.Count("api-key", "192.0.2.1", 1).Admitted);
        Assert.False(limiter.Count("license", "192.0.2.1", 1).Admitted);
    }
}
