using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class AssignLicenseKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task An_available_license_is_assigned_signed_by_the_global_key()
    {
        var license = await AvailableAsync();

        var answer = await api.CallAsync("assign-license-key", license, ("owner_name", "Test User"), ("email", "email@domain.ltd"));

        answer.ShouldSay("global", $"\"code\":800,\"message\":\"License key assigned\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task The_owner_and_the_time_are_kept()
    {
        var license = await AvailableAsync();
        await api.CallAsync("assign-license-key", license, ("owner_name", "Test User"), ("email", "email@domain.ltd"));

        var details = (await api.CallAsync("get-license-key-details", license)).Response.GetProperty("licenseKey");

        Assert.Equal("Test User", details.GetProperty("owner_name").GetString());
        Assert.Equal("email@domain.ltd", details.GetProperty("owner_email").GetString());
        Assert.Equal($"{api.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}", details.GetProperty("assigned_at").GetString());
    }

    [Fact]
    public async Task The_owner_may_be_left_out()
    {
        var license = await AvailableAsync();

        var answer = await api.CallAsync("assign-license-key", license);

        answer.ShouldBe(800, "License key assigned");
    }

    [Theory]
    [InlineData(LicenseStatus.Assigned)]
    [InlineData(LicenseStatus.Reserved)]
    [InlineData(LicenseStatus.Blocked)]
    [InlineData(LicenseStatus.Suspended)]
    [InlineData(LicenseStatus.Revoked)]
    public async Task Nothing_but_an_available_license_is_assigned(LicenseStatus status)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status, OwnerName = "first" });
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.CallAsync("assign-license-key", license, ("owner_name", "second"));

        answer.ShouldSay("global", $"\"code\":801,\"message\":\"Invalid or already assigned license key\",\"timestamp\":{api.Timestamp}");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Fact]
    public async Task An_unknown_license_has_the_endpoints_own_code()
    {
        var answer = await api.Host.PostAsync("/api/v1/assign-license-key", ("license_key", "unknown"));

        answer.ShouldBe(801, "Invalid or already assigned license key");
    }

    [Fact]
    public async Task An_inactive_product_does_not_matter()
    {
        var product = await api.Host.ProductAsync(draft => draft with { IsActive = false });
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = LicenseStatus.Available, AssignedAt = null });

        var answer = await api.CallAsync("assign-license-key", license);

        answer.ShouldBe(800, "License key assigned");
    }

    [Fact]
    public async Task Of_five_at_once_one_gets_it()
    {
        var license = await AvailableAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.CallAsync("assign-license-key", license)));

        Assert.Single(answers, answer => answer.Code == "800");
    }

    [Theory]
    [InlineData("owner_name")]
    [InlineData("customer_email")]
    public async Task An_owner_that_is_too_long_is_a_bad_request(string field)
    {
        var license = await AvailableAsync();
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.CallAsync("assign-license-key", license, (field, new string('x', 40_000)));

        answer.ShouldBeProblem(400);
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    private Task<License> AvailableAsync() => api.LicenseAsync(draft => draft with { Status = LicenseStatus.Available, AssignedAt = null });
}
