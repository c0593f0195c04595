using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class UpdateLicenseKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Endpoint = "update-license-key";

    [Fact]
    public async Task Every_field_changes()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync(
            Endpoint, license, ("product_id", $"{api.Plain.Id}"), ("owner_name", "Test Userx"), ("owner_email", "email@domain.ltd"),
            ("activation_limit", "4"), ("validity", "2"), ("status", "assigned"), ("assigned_at", "2026-01-08 21:17:32"));

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":950,\"message\":\"License keys updated\",\"timestamp\":{api.Timestamp}");
        var details = await api.CallAsync("get-license-key-details", license);
        Assert.Equal("global", details.SignedBy);
        Assert.Contains(
            "\"owner_name\":\"Test Userx\",\"owner_email\":\"email@domain.ltd\",\"activation_limit\":4,\"validity\":2,"
            + $"\"assigned_at\":\"2026-01-08 21:17:32\",\"meta_data\":[],\"expires_at\":\"2026-01-10 21:17:32\"}},\"product\":{{\"id\":{api.Plain.Id},",
            details.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_fields_sent_change()
    {
        var license = await api.LicenseAsync(draft => draft with { OwnerName = "a", OwnerEmail = "b", ActivationLimit = 5, ValidityDays = 9 });
        var before = (await api.CallAsync("get-license-key-details", license)).Decoded();

        var answer = await api.CallAsync(Endpoint, license, ("activation_limit", "6"));

        answer.ShouldBe(950, "License keys updated", SharedApi.OwnKey);
        var after = (await api.CallAsync("get-license-key-details", license)).Decoded();
        Assert.Equal(before.Replace("\"activation_limit\":5", "\"activation_limit\":6", StringComparison.Ordinal), after);
    }

    [Fact]
    public async Task An_empty_owner_is_none()
    {
        var license = await api.LicenseAsync(draft => draft with { OwnerName = "a", OwnerEmail = "b" });

        await api.CallAsync(Endpoint, license, ("owner_name", ""), ("customer_email", ""));

        var details = (await api.CallAsync("get-license-key-details", license)).Decoded();
        Assert.Contains("\"owner_name\":null,\"owner_email\":null", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_license_that_becomes_assigned_is_assigned_now()
    {
        var license = await api.LicenseAsync(draft => draft with { Status = LicenseStatus.Available, AssignedAt = null });

        await api.CallAsync(Endpoint, license, ("status", "assigned"));

        var details = (await api.CallAsync("get-license-key-details", license)).Response.GetProperty("licenseKey");
        Assert.Equal($"{api.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}", details.GetProperty("assigned_at").GetString());
    }

    [Theory]
    [InlineData("blocked", 204)]
    [InlineData("reserved", 201)]
    [InlineData("available", 201)]
    public async Task A_new_status_holds_at_once(string status, int code)
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        await api.CallAsync(Endpoint, license, ("status", status));

        var verified = await api.CallAsync("verify", license, ("identifier", "a.example"));
        Assert.Equal($"{code}", verified.Code);
    }

    [Fact]
    public async Task Lowering_the_limit_keeps_what_is_active()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        await api.CallAsync("activate", license, ("identifier", "b.example"));

        await api.CallAsync(Endpoint, license, ("activation_limit", "1"));

        (await api.CallAsync("verify", license, ("identifier", "b.example"))).ShouldBe(200, "Valid license key", SharedApi.OwnKey);
        (await api.CallAsync("activate", license, ("identifier", "c.example"))).ShouldBe(302, "License key reached activation limit", SharedApi.OwnKey);
    }

    [Fact]
    public async Task An_unknown_license_has_the_endpoints_own_code()
    {
        var answer = await api.Host.PostAsync("/api/v1/update-license-key", ("license_key", "unknown"), ("status", "nonsense"));

        answer.ShouldSay("global", $"\"code\":952,\"message\":\"License key not found\",\"timestamp\":{api.Timestamp}");
    }

    [Theory]
    [InlineData("\"product_id\":\"999999\"", "product_id", "The selected product id is invalid.")]
    [InlineData("\"product_uuid\":\"no such\"", "product_id", "The selected product id is invalid.")]
    [InlineData("\"status\":\"revoked\"", "status", "The selected status is invalid.")]
    [InlineData("\"status\":null", "status", "The selected status is invalid.")]
    [InlineData("\"activation_limit\":-1", "activation_limit", "The activation limit field must be a whole number between 0 and 2147483647.")]
    [InlineData("\"validity_days\":1e3", "validity", "The validity field must be a whole number between 0 and 1000000.")]
    [InlineData("\"assigned_at\":[1]", "assigned_at", "The assigned at field must match the format Y-m-d H:i:s.")]
    [InlineData("\"owner_name\":[\"x\"]", "owner_name", "The owner name field must be a string.")]
    [InlineData("\"customer_email\":{}", "owner_email", "The owner email field must be a string.")]
    public async Task A_wrong_field_is_incorrect_data_and_nothing_changes(string json, string field, string message)
    {
        var license = await api.LicenseAsync(draft => draft with { OwnerName = "a", OwnerEmail = "b" });
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostJsonAsync("/api/v1/update-license-key", $$"""{"license_key":"{{license.Key}}","activation_limit":3,{{json}}}""");

        answer.ShouldSay(SharedApi.OwnKey,
            $"\"code\":951,\"message\":\"Incorrect data found\",\"errors\":{{\"{field}\":[\"{message}\"]}},\"timestamp\":{api.Timestamp}");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }
}
