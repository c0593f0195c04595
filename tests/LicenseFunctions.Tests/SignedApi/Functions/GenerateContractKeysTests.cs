using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GenerateContractKeysTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/contracts/generate";

    [Fact]
    public async Task Keys_are_made_until_nothing_is_left()
    {
        await api.Host.GeneratorAsync(api.Own, draft => draft with { Prefix = "C-" });
        var contract = await api.Host.ContractAsync(api.Own, 5);

        var answer = await GenerateAsync(api.Host, contract.Key, "3");
        answer.ShouldBe(1300, "Contract license keys generated", signedBy: SharedApi.OwnKey);
        Assert.Equal("code message license_keys timestamp", answer.Response.Names());
        Assert.Equal(3, Keys(answer).Distinct().Count());
        Assert.Equal((contract.Id, LicenseStatus.Available), ((await api.Host.LicenseOfAsync(Keys(answer)[0]))!.ContractId, (await api.Host.LicenseOfAsync(Keys(answer)[0]))!.Status));

        (await GenerateAsync(api.Host, contract.Key, "3")).ShouldBe(1206, "Cannot generate this quantity", signedBy: SharedApi.OwnKey);
        (await GenerateAsync(api.Host, contract.Key, "2")).ShouldBe(1300, "Contract license keys generated", signedBy: SharedApi.OwnKey);
        (await GenerateAsync(api.Host, contract.Key, "1")).ShouldBe(1205, "License keys limit reached", signedBy: SharedApi.OwnKey);
    }

    [Fact]
    public async Task What_was_destroyed_or_deleted_may_be_made_anew()
    {
        await api.Host.GeneratorAsync(api.Plain);
        var contract = await api.Host.ContractAsync(api.Plain, 2);
        var keys = Keys(await GenerateAsync(api.Host, contract.Key, "2"));

        await api.Host.PostAsync("/api/v1/contracts/destroy", ("license_key", keys[0]));
        await api.Host.PostAsync("/api/v1/delete-license-key", ("license_key", keys[1]));

        (await GenerateAsync(api.Host, contract.Key, "2")).ShouldBe(1300, "Contract license keys generated");
        (await GenerateAsync(api.Host, contract.Key, "1")).ShouldBe(1205, "License keys limit reached");
    }

    [Fact]
    public async Task Selling_a_key_does_not_free_its_place()
    {
        await api.Host.GeneratorAsync(api.Plain);
        var contract = await api.Host.ContractAsync(api.Plain, 1);
        var key = Keys(await GenerateAsync(api.Host, contract.Key, "1"))[0];

        (await api.Host.PostAsync("/api/v1/assign-license-key", ("license_key", key))).ShouldBe(800, "License key assigned");

        (await GenerateAsync(api.Host, contract.Key, "1")).ShouldBe(1205, "License keys limit reached");
    }

    [Fact]
    public async Task Each_thing_that_is_missing_has_its_code()
    {
        var (bare, gone) = (await api.Host.ProductAsync(), await api.Host.ProductAsync());
        await api.Host.GeneratorAsync(api.Plain);
        await api.Host.PostAsync("/api/v1/delete-product", ("product_id", $"{gone.Id}"));
        const string denied = "The used API key doesn't have the required capability to access this endpoint";

        (await GenerateAsync(api.Host, "nobody", "1")).ShouldBe(1200, "Contract not found");
        (await GenerateAsync(api.Host, (await api.Host.ContractAsync(api.Plain, 1, draft => draft with { IsActive = false })).Key, "1")).ShouldBe(102, denied, status: 401);
        (await GenerateAsync(api.Host, (await api.Host.ContractAsync(api.Plain, 1, draft => draft with { CanGenerate = false })).Key, "1")).ShouldBe(102, denied, status: 401);
        (await GenerateAsync(api.Host, (await api.Host.ContractAsync(gone, 1)).Key, "1")).ShouldBe(1202, "Product not found");
        (await GenerateAsync(api.Host, (await api.Host.ContractAsync(bare, 1)).Key, "1")).ShouldBe(1203, "Generator not found");
        (await GenerateAsync(api.Host, (await api.Host.ContractAsync(api.Plain, 1)).Key, "0")).ShouldBe(1206, "Cannot generate this quantity");
        (await GenerateAsync(api.Host, (await api.Host.ContractAsync(api.Plain, 1)).Key, "x")).ShouldBe(1206, "Cannot generate this quantity");
    }

    [Fact]
    public async Task Parallel_callers_of_two_instances_never_exceed_the_quantity_and_use_all_of_it()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        await using var first = await ApiHost.StartAsync(store);
        await using var second = await ApiHost.StartAsync(store);
        var product = await first.ProductAsync();
        await first.GeneratorAsync(product);
        var contract = await first.ContractAsync(product, 50);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => GenerateAsync(i % 2 == 0 ? first : second, contract.Key, "4"))));

        Assert.Equal(12, answers.Count(answer => answer.Code == "1300"));
        Assert.Equal(12, answers.Count(answer => answer.Code == "1206"));
        Assert.Equal(48, answers.Where(answer => answer.Code == "1300").SelectMany(Keys).Distinct().Count());
        (await GenerateAsync(first, contract.Key, "2")).ShouldBe(1300, "Contract license keys generated");
        (await GenerateAsync(second, contract.Key, "1")).ShouldBe(1205, "License keys limit reached");
    }

    [Fact]
    public async Task A_call_that_died_holds_its_quantity_until_what_it_made_is_counted()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var (store, clock) = (new DyingStore(sqlite), new ManualTimeProvider());
        await using var host = await ApiHost.StartAsync(store, time: clock);
        var product = await host.ProductAsync();
        await host.GeneratorAsync(product);
        var contract = await host.ContractAsync(product, 20);
        var inserts = 0;
        store.DiesAt = (table, _, _) => table == TableNames.Licenses && Interlocked.Increment(ref inserts) > 3;
        Assert.Equal(503, (await GenerateAsync(host, contract.Key, "10")).Status);
        store.Revive();

        // Three exist that no list knows of yet, but ten are held back.
        (await GenerateAsync(host, contract.Key, "10")).ShouldBe(1300, "Contract license keys generated");
        clock.Advance(TimeSpan.FromMinutes(16));
        await host.Services.GetRequiredService<CreationPlans>().FinishOverdueAsync(CancellationToken.None);

        (await GenerateAsync(host, contract.Key, "8")).ShouldBe(1206, "Cannot generate this quantity");
        (await GenerateAsync(host, contract.Key, "7")).ShouldBe(1300, "Contract license keys generated");
        (await GenerateAsync(host, contract.Key, "1")).ShouldBe(1205, "License keys limit reached");
    }

    private static Task<SignedReply> GenerateAsync(ApiHost host, string contract, string quantity) =>
        host.PostAsync(Path, ("contract_uuid", contract), ("quantity", quantity));

    internal static List<string> Keys(SignedReply answer) =>
        [.. answer.Response.GetProperty("license_keys").EnumerateArray().Select(key => key.GetString()!)];
}
