using LicenseFunctions.Licensing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Support;

/// <summary>What a test starts from, made directly, below the APIs.</summary>
public static class Given
{
    private static int _number;

    /// <summary>A product; change what matters.</summary>
    public static Task<Product> ProductAsync(this ApiHost host, Func<Product, Product>? change = null)
    {
        var draft = new Product { Id = 0, Uuid = "", Slug = "", Name = "Widget", Description = "A widget" };
        return host.Services.GetRequiredService<Products>().CreateAsync(change?.Invoke(draft) ?? draft, CancellationToken.None);
    }

    /// <summary>An assigned, perpetual, unlimited license of a new key; change what matters.</summary>
    public static async Task<License> LicenseAsync(this ApiHost host, Product product, Func<License, License>? change = null)
    {
        var now = host.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
        var draft = new License
        {
            Key = $"LIC-{Interlocked.Increment(ref _number):D4}-{Guid.NewGuid().ToString()[..8].ToUpperInvariant()}",
            Id = 0,
            ProductId = product.Id,
            Status = LicenseStatus.Assigned,
            AssignedAt = now,
        };
        draft = change?.Invoke(draft) ?? draft;
        var result = await host.Services.GetRequiredService<LicenseCreation>().CreateAsync(draft, [draft.Key], CancellationToken.None);
        Assert.Single(result.Created);
        return draft;
    }

    /// <summary>As above, of a new product.</summary>
    public static async Task<License> LicenseAsync(this ApiHost host, Func<License, License>? change = null) =>
        await host.LicenseAsync(await host.ProductAsync(), change);
}
