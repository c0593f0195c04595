using System.Text;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>The ways in which fields arrive.</summary>
public sealed class RequestFieldsTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Theory]
    [InlineData("form")]
    [InlineData("multipart")]
    [InlineData("json")]
    [InlineData("json with a charset")]
    [InlineData("query")]
    public async Task A_body_may_be_of_any_type(string type)
    {
        var license = await api.LicenseAsync();
        (string Name, string Value)[] fields = [("license_key", license.Key), ("identifier", "ü/a b+c&d=é%41.example")];
        await api.CallAsync("activate", license, fields[1]);

        var answer = await api.Host.SendAsync(RequestOf(type, fields), api.Host.ApiKey);

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("identifier")]
    [InlineData("hardware_id")]
    [InlineData("hardwareId")]
    [InlineData("domain")]
    public async Task An_identifier_has_four_names(string name)
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("verify", license, (name, "a.example"));

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("owner_name", "owner_email")]
    [InlineData("customer_name", "customer_email")]
    [InlineData("customer_name", "email")]
    public async Task An_owner_has_several_names(string name, string email)
    {
        var license = await api.LicenseAsync();

        await api.CallAsync("update-license-key", license, (name, "Test User"), (email, "email@domain.ltd"));

        var details = (await api.CallAsync("get-license-key-details", license)).Decoded();
        Assert.Contains("\"owner_name\":\"Test User\",\"owner_email\":\"email@domain.ltd\"", details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"validity\":5")]
    [InlineData("\"validity\":\"5\"")]
    [InlineData("\"validity_days\":5")]
    [InlineData("\"validity_days\":\" 5 \"")]
    public async Task Validity_has_two_names_and_may_be_a_text(string json)
    {
        var license = await api.LicenseAsync();

        await api.Host.PostJsonAsync("/api/v1/update-license-key", $$"""{"license_key":"{{license.Key}}",{{json}}}""");

        var details = (await api.CallAsync("get-license-key-details", license)).Decoded();
        Assert.Contains("\"validity\":5,", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_in_the_place_of_a_text_is_its_digits()
    {
        var license = await api.LicenseAsync(draft => draft with { Key = "20260115" });
        await api.CallAsync("activate", license, ("identifier", "42"));

        var answer = await api.Host.PostJsonAsync("/api/v1/verify", """{"license_key":20260115,"identifier":42}""");

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Fact]
    public async Task White_space_round_a_value_does_not_count()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.Host.PostAsync("/api/v1/verify", ("license_key", $"  {license.Key}\r\n"), ("identifier", "\ta.example "));

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "license_key=wrong&license_key={0}&identifier=wrong&identifier=a.example")]
    [InlineData("application/json", "{{\"license_key\":\"wrong\",\"license_key\":\"{0}\",\"identifier\":[1],\"identifier\":\"a.example\"}}")]
    public async Task The_last_of_repeated_fields_counts(string type, string body)
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var bytes = Encoding.UTF8.GetBytes(string.Format(null, body, license.Key));
        var answer = await api.Host.PostBytesAsync("/api/v1/verify?license_key=in-the-query", bytes, type);

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_of_the_API_key_may_be_of_any_case(string scheme)
    {
        var request = RawRequests.Post("/api/v1/create-product", [], null).WithToken(scheme, api.Host.ApiKey);

        var answer = await api.Host.SendAsync(request, null);

        answer.ShouldBe(751, "Incorrect data found");
    }

    [Theory]
    [InlineData("form")]
    [InlineData("multipart")]
    [InlineData("json")]
    [InlineData("query")]
    public async Task The_API_key_may_be_a_field(string type)
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.Host.SendAsync(
            RequestOf(type, ("license_key", license.Key), ("identifier", "a.example"), ("api_key", api.Host.ApiKey)), null);

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Fact]
    public async Task Another_scheme_leaves_it_to_the_field()
    {
        var request = RequestOf("form", ("license_key", "unknown"), ("api_key", api.Host.ApiKey)).WithToken("Basic", "dXNlcjpwYXNz");

        var answer = await api.Host.SendAsync(request, null);

        answer.ShouldBe(210, "Invalid license key");
    }

    private static HttpRequestMessage RequestOf(string type, params (string Name, string Value)[] fields)
    {
        var request = RawRequests.Post("/api/v1/verify", [], null);
        var form = fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).ToArray();
        var multipart = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            multipart.Add(new StringContent(value), name);
        var query = string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
        request.Content = type switch
        {
            "form" => new FormUrlEncodedContent(form),
            "multipart" => multipart,
            "json" => new StringContent(System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string>(form)), Encoding.UTF8, "application/json"),
            "json with a charset" => System.Net.Http.Json.JsonContent.Create(new Dictionary<string, string>(form)),
            _ => null,
        };
        if (type == "query")
            request.RequestUri = new Uri($"/api/v1/verify?{query}", UriKind.Relative);
        return request;
    }
}
