using System.Diagnostics;
using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetLicenseFileTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    private const string Endpoint = "get-license-file";

    [Fact]
    public async Task The_file_opens_with_the_public_key_alone_and_says_all_about_the_license()
    {
        var product = await api.ProductAsync(draft => draft with { Name = "Größe 大" });
        await SetFeatureAsync(product, new("seats", "Seats", FeatureType.Number, FeatureValue.Read(FeatureType.Number, "5")));
        await SetFeatureAsync(product, new("api_access", "API", FeatureType.Boolean, FeatureValue.Read(FeatureType.Boolean, "false")));
        var license = await api.Host.LicenseAsync(product, draft => draft.WithFeature("api_access", new(FeatureType.Boolean, "true")) with
        {
            OwnerName = "Ada",
            OwnerEmail = "ada@example.com",
            ValidityDays = 30,
        });
        await api.CallAsync("activate", license, ("identifier", "shop.example.com"));

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "shop.example.com"));

        answer.ShouldBe(200, "Valid license key", CatalogApi.OwnKey);
        var file = LicenseFiles.Open(answer.Response.GetProperty("licFileContent").GetString()!, await PublicKeyAsync(product));
        Assert.Equal(
            $$"""
            {"license_key":"{{license.Key}}","product_uuid":"{{product.Uuid}}","product":"Gr\u00f6\u00dfe \u5927",
            "owner_name":"Ada","owner_email":"ada@example.com","status":"assigned","identifier":"shop.example.com","domain":"shop.example.com",
            "features":{"seats":5,"api_access":true},"issued_at":"2026-01-15 10:30:00","expires_at":"2026-02-14 10:30:00",
            "licenseCheckInterval":7,"lastCheckedDate":"2026-01-15","forceLicenseValidation":30}
            """.ReplaceLineEndings(""),
            file.GetRawText());
    }

    [Theory]
    [InlineData("shop.example.com", "domain")]
    [InlineData("https://EXAMPLE.com:8080/path", "domain")]
    [InlineData("localhost", "domain")]
    [InlineData("192.0.2.7", "domain")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015", "hardware_id")]
    [InlineData("00:1A:2B:3C:4D:5E", "hardware_id")]
    public async Task The_identifier_stands_there_as_it_was_sent_also_under_the_name_of_its_form(string identifier, string name)
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", identifier));

        var file = await OpenAsync(license, identifier);

        Assert.Equal(identifier, file.GetProperty("identifier").GetString());
        Assert.Equal(identifier, file.GetProperty(name).GetString());
        Assert.Equal("Null", file.GetProperty("expires_at").ValueKind.ToString());
    }

    [OpensslFact]
    public async Task Openssl_opens_it_too()
    {
        var license = await api.LicenseAsync(draft => draft with { OwnerName = new string('ü', 255) });
        await api.CallAsync("activate", license, ("identifier", "shop.example.com"));
        var answer = await api.CallAsync(Endpoint, license, ("identifier", "shop.example.com"));
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["product.pem"], await PublicKeyAsync((await ProductOfAsync(license))!));
        var json = new StringBuilder();

        foreach (var block in Convert.FromBase64String(answer.Response.GetProperty("licFileContent").GetString()!).Chunk(256))
        {
            await File.WriteAllBytesAsync(folder["block"], block);
            using var openssl = Process.Start(new ProcessStartInfo(OpensslFactAttribute.Program, ["pkeyutl", "-verifyrecover", "-pubin", "-inkey", folder["product.pem"], "-in", folder["block"]])
            {
                RedirectStandardOutput = true,
            })!;
            json.Append(await openssl.StandardOutput.ReadToEndAsync());
        }

        Assert.StartsWith($"{{\"license_key\":\"{license.Key}\"", json.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\"forceLicenseValidation\":30}", json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_active_identifier_of_a_license_in_good_standing_gets_one()
    {
        var product = await api.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var good = await api.Host.LicenseAsync(product);
        var expired = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1, AssignedAt = draft.AssignedAt - (2 * 86_400_000) });

        (await api.CallAsync(Endpoint, good)).ShouldBe(215, "Identifier is required", CatalogApi.OwnKey);
        (await api.CallAsync(Endpoint, good, ("identifier", "none.example")))
            .ShouldBe(202, "No activation found for this license key/identifier combination", CatalogApi.OwnKey);
        (await api.CallAsync(Endpoint, expired, ("identifier", "none.example"))).ShouldBe(205, "License key expired", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task Another_process_opens_the_same_private_key_and_its_files_open_with_the_same_public_key()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        var publicKey = await PublicKeyAsync((await ProductOfAsync(license))!);
        await using var other = await ApiHost.StartAsync(api.Host.Store, time: api.Clock);

        var answer = await other.PostAsync($"/api/v1/{Endpoint}", ("license_key", license.Key), ("identifier", "a.example"));

        var file = LicenseFiles.Open(answer.Response.GetProperty("licFileContent").GetString()!, publicKey);
        Assert.Equal(license.Key, file.GetProperty("license_key").GetString());
    }

    private async Task<System.Text.Json.JsonElement> OpenAsync(License license, string identifier)
    {
        var answer = await api.CallAsync(Endpoint, license, ("identifier", identifier));
        return LicenseFiles.Open(answer.Response.GetProperty("licFileContent").GetString()!, await PublicKeyAsync((await ProductOfAsync(license))!));
    }

    private Task<bool> SetFeatureAsync(Product product, ProductFeature feature) =>
        api.Host.Services.GetRequiredService<ProductFeatures>().SetAsync(product.Id, feature, CancellationToken.None);

    private async Task<Product?> ProductOfAsync(License license) =>
        await api.Host.Services.GetRequiredService<Products>().FindAsync(license.ProductId, CancellationToken.None);

    private async Task<string> PublicKeyAsync(Product product) =>
        (await api.Host.GetAsync($"/api/v1/get-product-public-key?product_uuid={product.Uuid}")).Response.GetProperty("public_key").GetString()!;
}
