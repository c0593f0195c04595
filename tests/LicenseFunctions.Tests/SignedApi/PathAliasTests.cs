using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class PathAliasTests(SharedApi api) : IClassFixture<SharedApi>
{
    public static TheoryData<string> Endpoints => [.. Capability.All];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Each_endpoint_answers_without_the_prefix_too(string endpoint)
    {
        var documented = ContractEndpoint.Of(endpoint);

        var whole = await api.Host.SendAsync(new(documented.Method, documented.Path), api.Host.ApiKey);
        var shorter = await api.Host.SendAsync(new(documented.Method, documented.Path["/api".Length..]), api.Host.ApiKey);

        Assert.Equal(200, shorter.Status);
        Assert.Equal(whole.Decoded(), shorter.Decoded());
    }

    [Fact]
    public async Task Fields_arrive_by_the_shorter_path()
    {
        var license = await api.LicenseAsync();

        var answer = await api.Host.PostAsync("/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));

        answer.ShouldBe(300, "License key activated", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("/v1/")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/v1/verify")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/v2/verify")]
    [InlineData("/")]
    public async Task Other_paths_are_not_found(string path)
    {
        var answer = await api.Host.PostAsync(path);

        Assert.Equal(404, answer.Status);
    }
}
