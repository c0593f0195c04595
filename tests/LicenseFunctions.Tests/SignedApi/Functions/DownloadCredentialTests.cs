using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

/// <summary>Who gets a file: by token, by API key, and who no longer.</summary>
public sealed class DownloadCredentialTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task An_api_key_is_accepted_in_the_place_of_the_token()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync();

        using var answer = await host.Http.GetAsync(GivenDownloads.Address(await host.NewApiKeyAsync("download"), license));

        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_api_key_without_the_capability_is_not()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await host.DownloadableAsync();

        var answer = await host.ReadAsync(GivenDownloads.Address(await host.NewApiKeyAsync("access-downloadables"), license));

        answer.ShouldBe(102, "The used API key doesn't have the required capability to access this endpoint", status: 401);
        Assert.Equal(0, await host.CountAsync(product));
    }

    [Theory]
    [InlineData("lk_guess")]
    [InlineData("dl_guess")]
    [InlineData("dl_!!!")]
    public async Task What_is_no_token_is_an_api_key_that_does_not_exist(string credential)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync();

        (await host.ReadAsync(GivenDownloads.Address(credential, license))).ShouldBe(100, "Invalid API Key", status: 401);
    }

    [Fact]
    public async Task A_token_is_good_for_an_hour()
    {
        await using var host = await GivenDownloads.StartAsync(_folder, _time);
        var (_, license) = await host.DownloadableAsync();
        var url = new Uri(await host.AddressAsync(license));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.True((await host.Http.GetAsync(url)).Content.Headers.ContentDisposition is not null);
        _time.Advance(TimeSpan.FromMinutes(2));

        (await host.ReadAsync(url)).ShouldBe(701, "You don't have permission to access it");
    }

    [Fact]
    public async Task A_token_is_good_for_its_license_and_identifier_alone()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await host.DownloadableAsync();
        var other = await host.ActiveLicenseAsync(product);
        await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "b.example"));
        var token = (await host.AddressAsync(license)).Split('/')[6];

        (await host.ReadAsync(GivenDownloads.Address(token, other))).ShouldBe(701, "You don't have permission to access it");
        (await host.ReadAsync(GivenDownloads.Address(token, license, "b.example"))).ShouldBe(701, "You don't have permission to access it");
        Assert.Equal(0, await host.CountAsync(product));
    }

    [Fact]
    public async Task After_a_deactivation_the_token_is_good_for_nothing()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync();
        var url = new Uri(await host.AddressAsync(license));
        await host.PostAsync("/api/v1/deactivate", ("license_key", license.Key), ("identifier", "a.example"));

        (await host.ReadAsync(url)).ShouldBe(701, "You don't have permission to access it");
    }

    [Fact]
    public async Task A_blocked_license_and_a_blocked_address_are_refused_in_spite_of_the_token()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync();
        var url = new Uri(await host.AddressAsync(license));
        await host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("status", "blocked"));

        (await host.ReadAsync(url)).ShouldBe(204, "License key blocked");
        await host.Services.GetRequiredService<AccessRules>().ChangeAsync(rules => rules with { Ips = ["192.0.2.0/24"] }, CancellationToken.None);
        (await host.ReadAsync(url)).ShouldBe(150, "Access denied", status: 403);
    }

    public void Dispose() => _folder.Dispose();
}
