using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi;

public sealed class ValidationTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string KeyMissing = "The license key field is required.";
    private const string DomainMissing = "The domain field is required.";

    [Theory]
    [InlineData("/activate")]
    [InlineData("/deactivate")]
    [InlineData("/api/license/activate")]
    public async Task Every_missing_field_is_named(string path)
    {
        var empty = await api.Host.PostDomainJsonAsync(path, "{}");
        var noBody = await api.Host.PostDomainBytesAsync(path, [], null);

        var expected = Invalid($"{KeyMissing} (and 1 more error)", $"\"license_key\":[\"{KeyMissing}\"],\"domain\":[\"{DomainMissing}\"]");
        empty.ShouldBe(422, expected);
        noBody.ShouldBe(422, expected);
    }

    [Fact]
    public async Task A_verification_needs_both_fields_and_a_status_the_key()
    {
        var verify = await api.Host.SendDomainAsync(new(HttpMethod.Get, "/verify?license_key=x"));
        var status = await api.Host.SendDomainAsync(new(HttpMethod.Get, "/status"));

        verify.ShouldBe(422, Invalid(DomainMissing, $"\"domain\":[\"{DomainMissing}\"]"));
        status.ShouldBe(422, Invalid(KeyMissing, $"\"license_key\":[\"{KeyMissing}\"]"));
    }

    [Theory]
    [InlineData("null", "The domain field is required.")]
    [InlineData("\"\"", "The domain field is required.")]
    [InlineData("\"  \"", "The domain field is required.")]
    [InlineData("[\"example.com\"]", "The domain field must be a string.")]
    [InlineData("{\"a\":1}", "The domain field must be a string.")]
    public async Task A_domain_of_another_type_is_not_one(string json, string message)
    {
        var license = await api.LicenseAsync();
        var before = await api.Host.AllRowsAsync();

        var answer = await api.Host.PostDomainJsonAsync("/activate", $$"""{"license_key":"{{license.Key}}","domain":{{json}}}""");

        answer.ShouldBe(422, Invalid(message, $"\"domain\":[\"{message}\"]"));
        Assert.Equal(before, await api.Host.AllRowsAsync());
    }

    [Theory]
    [InlineData(1024, 404)]
    [InlineData(1025, 422)]
    public async Task A_license_key_has_at_most_1024_characters(int length, int status)
    {
        var answer = await api.Host.PostDomainAsync("/activate", new string('k', length), "example.com");

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("\"text\"", 400)]
    [InlineData("{\"license_key\":\"\\ud800\",\"domain\":\"example.com\"}", 400)]
    public async Task What_is_not_a_JSON_object_is_a_bad_request(string body, int status)
    {
        var answer = await api.Host.PostDomainJsonAsync("/activate", body);

        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.Http.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Too_much_is_413_and_another_type_415()
    {
        var large = await api.Host.PostDomainJsonAsync("/activate", $$"""{"license_key":"{{new string('x', 65 * 1024)}}"}""");
        var xml = await api.Host.PostDomainBytesAsync("/activate", "<a/>"u8.ToArray(), "application/xml");

        Assert.Equal(413, large.Status);
        Assert.Equal(415, xml.Status);
    }

    private static string Invalid(string message, string errors) =>
        $"{{\"success\":false,\"error\":\"validation_error\",\"message\":\"{message}\",\"errors\":{{{errors}}}}}";
}
