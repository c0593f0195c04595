using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>An answer is decided in one order: of several refusals that apply, the first is answered.</summary>
public sealed class DecisionOrderTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Blocked = "License key blocked";
    private const string NotAssigned = "This license key is not assigned";
    private const string ProductInactive = "The product associated with this license key is not active or doesn't exist";

    public static TheoryData<string> UsingEndpoints => ["verify", "activate", "deactivate", "get-license-key-details"];

    public static TheoryData<string> LicenseEndpoints =>
    [
        "verify", "activate", "deactivate", "get-license-key-details", "assign-license-key", "assign-and-activate-license-key",
        "update-license-key", "delete-license-key",
    ];

    [Theory]
    [InlineData("verify", 210, "Invalid license key")]
    [InlineData("activate", 210, "Invalid license key")]
    [InlineData("deactivate", 210, "Invalid license key")]
    [InlineData("get-license-key-details", 210, "Invalid license key")]
    [InlineData("assign-and-activate-license-key", 210, "Invalid license key")]
    [InlineData("assign-license-key", 801, "Invalid or already assigned license key")]
    [InlineData("update-license-key", 952, "License key not found")]
    [InlineData("delete-license-key", 851, "License key not found")]
    public async Task An_unknown_license_comes_before_everything_of_the_license(string endpoint, int code, string message)
    {
        var unknown = await api.Host.PostAsync($"/api/v1/{endpoint}", ("license_key", "unknown"), ("status", "nonsense"));
        var missing = await api.Host.PostAsync($"/api/v1/{endpoint}");

        unknown.ShouldSay("global", $"\"code\":{code},\"message\":\"{message}\",\"timestamp\":{api.Timestamp}");
        missing.ShouldBe(code, message);
    }

    [Theory]
    [MemberData(nameof(UsingEndpoints))]
    public async Task An_inactive_product_comes_before_a_blocked_license(string endpoint)
    {
        var product = await api.Host.ProductAsync(draft => draft with { IsActive = false, SigningKeyName = SharedApi.OwnKey });
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = LicenseStatus.Blocked });

        var answer = await api.CallAsync(endpoint, license);

        answer.ShouldBe(203, ProductInactive, SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("verify", LicenseStatus.Blocked, 204, Blocked)]
    [InlineData("verify", LicenseStatus.Suspended, 204, Blocked)]
    [InlineData("verify", LicenseStatus.Revoked, 204, Blocked)]
    [InlineData("verify", LicenseStatus.Available, 201, NotAssigned)]
    [InlineData("verify", LicenseStatus.Reserved, 201, NotAssigned)]
    [InlineData("activate", LicenseStatus.Blocked, 204, Blocked)]
    [InlineData("activate", LicenseStatus.Suspended, 204, Blocked)]
    [InlineData("activate", LicenseStatus.Revoked, 204, Blocked)]
    [InlineData("activate", LicenseStatus.Available, 201, NotAssigned)]
    [InlineData("activate", LicenseStatus.Reserved, 201, NotAssigned)]
    [InlineData("deactivate", LicenseStatus.Suspended, 204, Blocked)]
    [InlineData("deactivate", LicenseStatus.Revoked, 204, Blocked)]
    [InlineData("deactivate", LicenseStatus.Available, 201, NotAssigned)]
    [InlineData("get-license-key-details", LicenseStatus.Revoked, 204, Blocked)]
    [InlineData("get-license-key-details", LicenseStatus.Available, 201, NotAssigned)]
    public async Task The_status_comes_before_the_missing_identifier(string endpoint, LicenseStatus status, int code, string message)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status });

        var answer = await api.CallAsync(endpoint, license);

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":{code},\"message\":\"{message}\",\"timestamp\":{api.Timestamp}");
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("activate")]
    public async Task Expiry_comes_before_the_missing_identifier(string endpoint)
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true, SigningKeyName = SharedApi.OwnKey });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1, AssignedAt = 0 });

        var answer = await api.CallAsync(endpoint, license);

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":205,\"message\":\"License key expired\",\"timestamp\":{api.Timestamp}");
    }

    [Theory]
    [InlineData(LicenseStatus.Blocked, 204, Blocked)]
    [InlineData(LicenseStatus.Available, 201, NotAssigned)]
    public async Task The_status_comes_before_expiry(LicenseStatus status, int code, string message)
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = status, ValidityDays = 1, AssignedAt = 0 });

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldBe(code, message);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("activate")]
    [InlineData("deactivate")]
    [InlineData("assign-and-activate-license-key")]
    public async Task The_missing_identifier_comes_before_the_endpoints_business(string endpoint)
    {
        var license = await api.LicenseAsync();

        var missing = await api.CallAsync(endpoint, license);
        var empty = await api.CallAsync(endpoint, license, ("identifier", "   "));

        missing.ShouldSay(SharedApi.OwnKey, $"\"code\":215,\"message\":\"Identifier is required\",\"timestamp\":{api.Timestamp}");
        empty.ShouldBe(215, "Identifier is required", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("assign-license-key", 800)]
    [InlineData("assign-and-activate-license-key", 300)]
    [InlineData("update-license-key", 950)]
    [InlineData("delete-license-key", 850)]
    public async Task Management_does_not_ask_for_the_products_state(string endpoint, int code)
    {
        var product = await api.Host.ProductAsync(draft => draft with { IsActive = false, RequiresNonExpired = true });
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = LicenseStatus.Available, AssignedAt = 0, ValidityDays = 1 });

        var answer = await api.CallAsync(endpoint, license, ("identifier", "a.example"));

        Assert.Equal($"{code}", answer.Code);
    }

    [Theory]
    [MemberData(nameof(LicenseEndpoints))]
    public async Task A_refused_API_key_comes_before_the_license_and_changes_nothing(string endpoint)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = LicenseStatus.Available });
        var before = await api.Host.AllRowsAsync();
        var request = RawRequests.Post($"/api/v1/{endpoint}", [], null);
        request.Content = new FormUrlEncodedContent([new("license_key", license.Key), new("identifier", "a.example")]);

        var answer = await api.Host.SendAsync(request, "unknown");

        answer.ShouldSay("global", $"\"code\":100,\"message\":\"Invalid API Key\",\"timestamp\":{api.Timestamp}", 401);
        Assert.Equal(before, await api.Host.AllRowsAsync());
    }
}
