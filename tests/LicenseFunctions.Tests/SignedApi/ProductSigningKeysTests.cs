using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class ProductSigningKeysTests
{
    [Fact]
    public async Task From_then_on_the_key_signs_what_concerns_the_product()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await host.LicenseAsync();
        var keys = host.Services.GetRequiredService<ProductSigningKeys>();

        var key = await keys.CreateAsync(license.ProductId, CancellationToken.None);

        Assert.Equal($"product-{license.ProductId}", key!.Name);
        var answer = await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        answer.ShouldBe(300, "License key activated", key.Name);
        Assert.Equal(key.KeyId, (await keys.CreateAsync(license.ProductId, CancellationToken.None))!.KeyId);
    }

    [Fact]
    public async Task A_product_that_there_is_not_gets_no_key()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Null(await host.Services.GetRequiredService<ProductSigningKeys>().CreateAsync(404, CancellationToken.None));
        Assert.Null(await host.Keys.FindAsync("product-404", CancellationToken.None));
    }
}
