using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class ProductOfflineKeysTests
{
    [Fact]
    public async Task A_private_half_stays_open_for_five_minutes_and_no_longer()
    {
        var clock = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(time: clock);
        var product = await host.ProductAsync();
        var signer = new Mock<ISigner>();
        var fake = new FakeSigner();
        signer.Setup(each => each.WrapAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).Returns<ReadOnlyMemory<byte>, CancellationToken>(fake.WrapAsync);
        signer.Setup(each => each.UnwrapAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).Returns<ReadOnlyMemory<byte>, CancellationToken>(fake.UnwrapAsync);
        var keys = new ProductOfflineKeys(host.Services.GetRequiredService<OfflineKeys>(), new(signer.Object), clock);

        await keys.OpenAsync(product.Id, CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(4.9));
        await keys.OpenAsync(product.Id, CancellationToken.None);
        Assert.Equal(1, Unwraps());
        clock.Advance(TimeSpan.FromMinutes(0.2));
        await keys.OpenAsync(product.Id, CancellationToken.None);

        Assert.Equal(2, Unwraps());
        signer.Verify(each => each.WrapAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()), Times.Once);

        int Unwraps() => signer.Invocations.Count(call => call.Method.Name == nameof(ISigner.UnwrapAsync));
    }

    [Fact]
    public async Task A_pair_that_could_not_be_made_is_made_by_the_next_call()
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        var signer = new FakeSigner { Failure = new SigningUnavailableException("The vault is away.") };
        var keys = new ProductOfflineKeys(host.Services.GetRequiredService<OfflineKeys>(), new(signer), TimeProvider.System);

        await Assert.ThrowsAsync<SigningUnavailableException>(() => keys.PublicKeyAsync(product.Id, CancellationToken.None));
        signer.Failure = null;

        Assert.NotNull(await keys.PublicKeyAsync(product.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_is_made_for_a_product_that_is_gone()
    {
        await using var host = await ApiHost.StartAsync();
        var keys = host.Services.GetRequiredService<ProductOfflineKeys>();

        Assert.Null(await keys.OpenAsync(404, CancellationToken.None));
        Assert.Null(await host.Store.FindAsync(TableNames.Catalog, "product", ProductRows.Part("key", 404, "offline"), CancellationToken.None));
    }
}
