using System.Text;
using LicenseFunctions.Http;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Http;

/// <summary>What every answer says to caches and browsers.</summary>
public sealed class AnswerHeadersTests
{
    [Fact]
    public async Task No_answer_is_sniffed_and_none_with_a_secret_is_kept()
    {
        using var folder = new TemporaryFolder();
        await using var host = await GivenDownloads.StartAsync(folder);
        var (_, license) = await host.DownloadableAsync();
        var kept = new HashSet<string>();
        foreach (var request in Requests(host).Append(new(HttpMethod.Get, await host.AddressAsync(license))))
        {
            var path = request.RequestUri!.IsAbsoluteUri ? request.RequestUri.AbsolutePath : request.RequestUri.ToString();
            using var answer = await host.Http.SendAsync(request);

            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.False(answer.Headers.Contains("Server"));
            if (request.Method != HttpMethod.Options && answer.Headers.CacheControl is not { NoStore: true })
                kept.Add($"{path.Split('/')[3..].FirstOrDefault() ?? path} {answer.Headers.CacheControl}");
        }

        // A file, which its reader may keep but must ask about; and the public keys.
        Assert.Equal(["download no-cache, private", "/.well-known/jwks.json public, max-age=60"], kept.OrderByDescending(each => each, StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_page_of_another_origin_can_read_the_signed_api()
    {
        await using var host = await ApiHost.StartAsync();
        var signed = host.Services.GetRequiredService<FunctionCatalog>().All.Where(function => function.Route.StartsWith("api/v1/", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(signed);
        foreach (var path in signed.SelectMany(function => (string[])["/" + function.Route, "/" + function.Route["api/".Length..]]))
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Options, HttpMethod.Get, HttpMethod.Post])
            {
                using var request = new HttpRequestMessage(method, System.Text.RegularExpressions.Regex.Replace(path, "{.*?}", "x"));
                request.Headers.Add("Origin", "https://shop.example");
                request.Headers.Add("Access-Control-Request-Method", "POST");
                using var answer = await host.Http.SendAsync(request);

                Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
                Assert.True(method != HttpMethod.Options || (int)answer.StatusCode == 404, path);
            }
        }
    }

    private static IEnumerable<HttpRequestMessage> Requests(ApiHost host)
    {
        foreach (var function in host.Services.GetRequiredService<FunctionCatalog>().All)
        {
            var path = "/" + System.Text.RegularExpressions.Regex.Replace(function.Route, "{.*?}", "x");
            foreach (var method in function.Methods.Select(name => HttpMethod.Parse(name)))
            {
                yield return new(method, path);
                yield return new(method, path) { Headers = { { "Authorization", $"Bearer {host.ApiKey}" } } };
                yield return RawRequests.Post(path, Encoding.UTF8.GetBytes("{"), "application/json");
            }
        }

        yield return new(HttpMethod.Get, "/nowhere");
        yield return new(HttpMethod.Delete, "/verify");
        yield return new(HttpMethod.Get, "/v1/nowhere");
    }
}
