using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetLicenseKeyDetailsTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Endpoint = "get-license-key-details";

    [Fact]
    public async Task An_active_identifier_sees_the_license_and_its_product()
    {
        var license = await api.LicenseAsync(draft => draft with { OwnerName = "Test/User", OwnerEmail = "ü@domain.ltd", ActivationLimit = 3 });
        await api.CallAsync("activate", license, ("identifier", "domain.ltd"));

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "domain.ltd"));

        var id = answer.Response.GetProperty("licenseKey").GetProperty("id").GetInt64();
        answer.ShouldSay(SharedApi.OwnKey,
            "\"code\":500,\"message\":\"Active license key found\","
            + $"\"licenseKey\":{{\"id\":{id},\"license_key\":\"{license.Key}\",\"owner_name\":\"Test\\/User\",\"owner_email\":\"\\u00fc@domain.ltd\","
            + $"\"activation_limit\":3,\"validity\":0,\"assigned_at\":\"{api.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}\",\"meta_data\":[],\"expires_at\":false}},"
            + $"\"product\":{{\"id\":{api.Own.Id},\"external_reference\":\"\",\"source\":\"internal\",\"name\":\"Signed widget\",\"post_url\":\"\","
            + "\"description\":\"A widget\",\"meta_data\":[]},"
            + $"\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task An_identifier_that_is_not_active_sees_nothing()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "domain.ltd"));

        answer.ShouldSay(SharedApi.OwnKey,
            $"\"code\":202,\"message\":\"No activation found for this license key\\/identifier combination\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task Without_an_identifier_it_concerns_the_license_itself()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync(Endpoint, license);

        answer.ShouldBe(500, "Active license key found", SharedApi.OwnKey);
    }

    [Fact]
    public async Task What_is_not_known_of_an_owner_is_null()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync(Endpoint, license);

        Assert.Contains("\"owner_name\":null,\"owner_email\":null,", answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expiry_is_a_time_of_its_days_after_the_assignment()
    {
        var assigned = new DateTimeOffset(2026, 1, 1, 3, 5, 31, TimeSpan.Zero);
        var license = await api.LicenseAsync(draft => draft with { ValidityDays = 30, AssignedAt = assigned.ToUnixTimeMilliseconds() });

        var answer = await api.CallAsync(Endpoint, license);

        Assert.Contains(
            "\"validity\":30,\"assigned_at\":\"2026-01-01 03:05:31\",\"meta_data\":[],\"expires_at\":\"2026-01-31 03:05:31\"",
            answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_license_still_shows_its_details()
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1 });
        api.Clock.Advance(TimeSpan.FromDays(2));

        var answer = await api.CallAsync(Endpoint, license);

        answer.ShouldBe(500, "Active license key found");
    }

    [Theory]
    [InlineData(LicenseStatus.Available, 201, "This license key is not assigned")]
    [InlineData(LicenseStatus.Reserved, 201, "This license key is not assigned")]
    [InlineData(LicenseStatus.Blocked, 204, "License key blocked")]
    public async Task A_license_in_bad_standing_shows_none(LicenseStatus status, int code, string message)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status });

        var answer = await api.CallAsync(Endpoint, license);

        answer.ShouldBe(code, message, SharedApi.OwnKey);
    }

    [Fact]
    public async Task An_identifier_that_is_no_text_does_not_count_as_none()
    {
        var license = await api.LicenseAsync();

        var answer = await api.Host.PostJsonAsync("/api/v1/get-license-key-details", $$"""{"license_key":"{{license.Key}}","identifier":["a.example"]}""");

        answer.ShouldBeProblem(400);
    }
}
