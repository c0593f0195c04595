using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Support;

/// <summary>Generators, contracts and stocks of keys that a test starts from, made directly, below the APIs.</summary>
public static class Stock
{
    /// <summary>An active generator of UUIDs; change what matters.</summary>
    public static Task<Generator> GeneratorAsync(this ApiHost host, Product product, Func<Generator, Generator>? change = null)
    {
        var draft = new Generator { ProductId = product.Id, Method = GeneratorMethod.Uuid };
        return host.Services.GetRequiredService<Generators>().CreateAsync(change?.Invoke(draft) ?? draft, CancellationToken.None);
    }

    /// <summary>An active contract that permits everything; change what matters.</summary>
    public static async Task<LicenseContract> ContractAsync(this ApiHost host, Product product, int quantity, Func<LicenseContract, LicenseContract>? change = null)
    {
        var draft = new LicenseContract
        {
            Key = Guid.NewGuid().ToString(),
            Name = "Reseller",
            Information = "i",
            ProductId = product.Id,
            Quantity = quantity,
            CanGetInfo = true,
            CanGenerate = true,
            CanDestroy = true,
            CanDestroyAll = true,
        };
        return (await host.Services.GetRequiredService<Contracts>().CreateAsync(change?.Invoke(draft) ?? draft, null, CancellationToken.None)).Contract!;
    }

    /// <summary>Available licenses; change what matters.</summary>
    public static async Task<IReadOnlyList<License>> AvailableAsync(this ApiHost host, Product product, int count, Func<License, License>? change = null)
    {
        var draft = new License { Key = "", Id = 0, ProductId = product.Id, Status = LicenseStatus.Available, ActivationLimit = 1, ValidityDays = 365 };
        var keys = Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString()).ToArray();
        return (await host.Services.GetRequiredService<LicenseCreation>().CreateAsync(change?.Invoke(draft) ?? draft, keys, CancellationToken.None)).Created;
    }

    /// <summary>The count that get-available-license-keys-count answers.</summary>
    public static async Task<int> CountAvailableAsync(this ApiHost host, Product product) =>
        (await host.GetAsync($"/api/v1/get-available-license-keys-count?product_id={product.Id}")).Response.GetProperty("count").GetInt32();

    /// <summary>A product that is there.</summary>
    public static async Task<Product> ProductOfAsync(this ApiHost host, long id) =>
        (await host.Services.GetRequiredService<Products>().FindAsync(id, CancellationToken.None))!;

    /// <summary>A license as its row has it.</summary>
    public static Task<License?> LicenseOfAsync(this ApiHost host, string key) =>
        host.Services.GetRequiredService<Licenses>().FindAsync(key, CancellationToken.None);
}
