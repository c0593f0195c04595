using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi;

public sealed class CorsTests(SharedApi api) : IClassFixture<SharedApi>
{
    public static TheoryData<string, string> Endpoints => new()
    {
        { "POST", "/activate" }, { "GET", "/verify" }, { "POST", "/deactivate" }, { "GET", "/status" },
        { "POST", "/api/license/activate" }, { "GET", "/api/license/verify" }, { "POST", "/api/license/deactivate" }, { "GET", "/api/license/status" },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task A_preflight_admits_any_origin(string method, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", "https://shop.example");
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "content-type");

        var answer = await api.Host.SendDomainAsync(request);

        Assert.Equal(204, answer.Status);
        Assert.Equal("", answer.Text);
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Contains(method, answer.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Content-Type", answer.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Every_kind_of_answer_is_open_to_any_origin_and_shows_its_limit(string method, string path)
    {
        var license = await api.LicenseAsync();
        foreach (var request in RequestsOf(new HttpMethod(method), path, license.Key))
        {
            var answer = await api.Host.SendDomainAsync(request);

            Assert.InRange(answer.Status, 200, 429);
            Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
            Assert.Contains("X-RateLimit-Remaining", answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
            var limit = int.Parse(answer.Header("X-RateLimit-Limit"), null);
            Assert.Equal(path.Split('/')[^1] switch { "verify" => 120, "status" => 60, _ => 30 }, limit);
            Assert.InRange(int.Parse(answer.Header("X-RateLimit-Remaining"), null), 0, limit - 1);
        }
    }

    [Theory]
    [InlineData("activate")]
    [InlineData("deactivate")]
    public async Task The_alias_answers_as_the_endpoint_itself(string endpoint)
    {
        var license = await api.LicenseAsync();
        await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        var answer = await api.Host.PostDomainAsync($"/api/license/{endpoint}", license.Key, "example.com");

        Assert.Equal(200, answer.Status);
        Assert.Equal("success message domain license_key", answer.Body.Names());
    }

    [Theory]
    [InlineData("verify", """{"valid":true,"license":{"expires_at":null}}""")]
    [InlineData("status", "{\"success\":true,\"license\":{\"key\":")]
    public async Task The_alias_reads_the_query(string endpoint, string beginning)
    {
        var license = await api.LicenseAsync();
        await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        var answer = await api.Host.GetDomainAsync($"/api/license/{endpoint}", license.Key, "example.com");

        Assert.StartsWith(beginning, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/license/")]
    [InlineData("/api/license/v1/verify")]
    [InlineData("/api/license/api/v1/verify")]
    [InlineData("/api/license/api/license/activate")]
    [InlineData("/api/license/.well-known/jwks.json")]
    public async Task Below_the_alias_stands_nothing_else(string path)
    {
        var answer = await api.Host.PostDomainAsync(path, "x", "example.com");

        Assert.Equal(404, answer.Status);
    }

    /// <summary>One that succeeds or fails in business, one of an unknown key, one not valid, one unreadable.</summary>
    private static IEnumerable<HttpRequestMessage> RequestsOf(HttpMethod method, string path, string key)
    {
        foreach (var query in new[] { $"license_key={key}&domain=example.com", "license_key=unknown&domain=example.com", "", "license_key=%ff" })
            yield return new(method, $"{path}?{query}");
    }
}
