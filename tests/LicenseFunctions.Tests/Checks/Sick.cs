using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Checks;

/// <summary>A store in which something of every kind stands, and what is done to it.</summary>
internal sealed class Sick(ApiHost host, ManualTimeProvider time)
{
    public const string Owner = "owner@doctor.example";

    public ApiHost Host => host;

    public ManualTimeProvider Time => time;

    public License License { get; private set; } = null!;

    public License Under { get; private set; } = null!;

    public LicenseContract Contract { get; private set; } = null!;

    public Product Product { get; private set; } = null!;

    public string Partition => LicenseRows.Partition(License.Key);

    public string Shard => ListingRows.Product(Product.Id, ListingRows.ShardOfBlock(ListingRows.BlockOf(License.Id)));

    /// <summary>Two licenses, one made under a contract; activations, metadata, records, telemetry, a subscription, a download token.</summary>
    public async Task<Sick> FillAsync()
    {
        Product = await host.ProductAsync();
        var generator = await host.Services.GetRequiredService<Generators>().CreateAsync(
            new() { ProductId = Product.Id, Method = GeneratorMethod.Uuid }, default);
        Contract = (await host.Services.GetRequiredService<Contracts>().CreateAsync(
            new() { Key = "big", ProductId = Product.Id, Quantity = 5, CanGenerate = true }, null, default)).Contract!;
        Under = (await host.Services.GetRequiredService<ContractKeys>().GenerateAsync(Contract, generator, generator.Draft(Product.Id), 2, null, default)).Licenses[0];
        var draft = await host.LicenseAsync(Product, license => license with { OwnerEmail = Owner, ActivationLimit = 5, ValidityDays = 400 });
        await ShouldAnswerAsync("300", "/api/v1/activate", ("license_key", draft.Key), ("identifier", "a.example"));
        time.Advance(TimeSpan.FromSeconds(1));
        await ShouldAnswerAsync("300", "/api/v1/activate", ("license_key", draft.Key), ("identifier", "b.example"));
        await ShouldAnswerAsync("200", "/api/v1/verify", ("license_key", draft.Key), ("identifier", "a.example"));
        await host.PostAsync("/api/v1/create-license-key-meta", ("license_key", draft.Key), ("key", "seat"), ("value", "7"));
        await host.PostAsync("/api/v1/create-product-meta", ("product_id", $"{Product.Id}"), ("key", "colour"), ("value", "red"));
        await host.GetAsync($"/api/v1/get-product-public-key?product_id={Product.Id}");
        await host.PostAsync(
            "/api/v1/send-telemetry-data", ("data_type", "numeric-single-value"), ("data_group", "g"), ("numeric_data_single_value", "5"), ("license_key", draft.Key));
        License = (await host.Services.GetRequiredService<Licenses>().FindAsync(draft.Key, default))!;
        // Whatever is new may still be under way.
        time.Advance(TimeSpan.FromMinutes(30));
        await host.Services.GetRequiredService<AccessRules>().ChangeAsync(rules => rules.With([], ["blocked.example"]), default);
        return this;
    }

    /// <summary>Changes a row behind everybody's back.</summary>
    public async Task EditAsync(string table, string partition, string key, Action<RowValues> edit)
    {
        var values = (await host.Store.FindAsync(table, partition, key, default))!.Values.Copy();
        edit(values);
        await PutAsync(table, partition, key, values);
    }

    public async Task PutAsync(string table, string partition, string key, RowValues values) =>
        Assert.True((await host.Store.CommitAsync(table, partition, [RowChange.Upsert(key, values)], default)).Committed);

    public async Task RemoveAsync(string table, string partition, string key) =>
        Assert.True((await host.Store.CommitAsync(table, partition, [RowChange.Delete(key, RowChange.AnyETag)], default)).Committed);

    /// <summary>The key of the first row that begins so.</summary>
    public async Task<string> FirstAsync(string table, string partition, string prefix) =>
        (await host.Store.ListAsync(new(table, partition, prefix), default).FirstAsync()).Key;

    private async Task ShouldAnswerAsync(string code, string path, params (string Name, string Value)[] fields) =>
        Assert.Equal(code, (await host.PostAsync(path, fields)).Code);
}
