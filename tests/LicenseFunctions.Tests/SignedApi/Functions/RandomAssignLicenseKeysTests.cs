using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class RandomAssignLicenseKeysTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/random-assign-license-keys";

    [Fact]
    public async Task Available_licenses_are_assigned_in_the_documented_form()
    {
        var product = await api.Host.ProductAsync(draft => draft with { SigningKeyName = SharedApi.OwnKey });
        var license = (await api.Host.AvailableAsync(product, 1))[0];
        var time = $"{api.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss}.000000Z";

        var answer = await api.Host.PostAsync(
            Path, ("product_id", $"{product.Id}"), ("owner_name", "Test User"), ("owner_email", "email@domain.ltd"), ("quantity", "1"), ("generate", "0"));

        answer.ShouldSay("global", $$"""
            "code":803,"message":"License keys assigned","license_keys":[{"product_id":{{product.Id}},"license_key":"{{license.Key}}","activation_limit":1,"validity":365,"status":"assigned","owner_name":"Test User","owner_email":"email@domain.ltd","assigned_at":"{{time}}","contract_id":null,"updated_at":"{{time}}","created_at":"{{time}}","id":{{license.Id}},"meta_data":[]}],"timestamp":{{api.Timestamp}}
            """);
        Assert.Equal(0, await api.Host.CountAvailableAsync(product));
        Assert.Equal(200, (await api.Host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "x.example"))).Status);
    }

    [Fact]
    public async Task Too_few_are_left_as_they_were_and_counted()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.AvailableAsync(product, 5);
        var before = await api.Host.BusinessRowsAsync();

        var answer = await AssignAsync(product, 7);

        answer.ShouldSay("global", $"\"code\":802,\"message\":\"Insufficient license keys\",\"available_quantity\":5,\"timestamp\":{api.Timestamp}");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Fact]
    public async Task What_is_sent_blank_asks_for_no_generator()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.AvailableAsync(product, 1);

        (await AssignAsync(product, 1, ("generator_id", ""), ("generator_uuid", ""), ("generate", ""))).ShouldBe(803, "License keys assigned");
        (await AssignAsync(product, 1, ("generator_uuid", ""), ("generate", "0"))).ShouldBe(802, "Insufficient license keys");
    }

    [Fact]
    public async Task Unknown_products_missing_generators_and_wrong_quantities_are_refused()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.AvailableAsync(product, 5);

        (await api.Host.PostAsync(Path, ("product_id", "99999"), ("quantity", "1"))).ShouldBe(805, "Product not found");
        (await AssignAsync(product, 1, ("generate", "1"))).ShouldBe(806, "Generator not found");
        (await AssignAsync(product, 1, ("generator_uuid", Guid.NewGuid().ToString()))).ShouldBe(806, "Generator not found");
        (await AssignAsync(product, 0)).ShouldBe(825, "Incorrect data found");
        (await AssignAsync(product, 10_001)).ShouldBe(825, "Incorrect data found");
        (await AssignAsync(product, 1, ("generate", "perhaps"))).ShouldBe(825, "Incorrect data found");
        Assert.Equal(5, await api.Host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task What_is_short_is_generated_when_asked_for()
    {
        var product = await api.Host.ProductAsync();
        var stock = await api.Host.AvailableAsync(product, 3);
        var generator = await api.Host.GeneratorAsync(product, draft => draft with { Prefix = "NEW-" });

        var first = Keys(await AssignAsync(product, 5, ("generate", "1"), ("email", "a@example.com")));
        var second = Keys(await AssignAsync(product, 2, ("generator_uuid", generator.Uuid)));

        Assert.Equal(5, first.Distinct().Count());
        Assert.Equal(2, first.Count(key => key.StartsWith("NEW-", StringComparison.Ordinal)));
        Assert.Empty(stock.Select(license => license.Key).Except(first));
        Assert.All(second, key => Assert.StartsWith("NEW-", key, StringComparison.Ordinal));
        var made = (await api.Host.LicenseOfAsync(first.First(key => key.StartsWith("NEW-", StringComparison.Ordinal))))!;
        Assert.Equal((LicenseStatus.Assigned, "a@example.com", true), (made.Status, made.OwnerEmail, made.AssignedAt is not null));
        (await AssignAsync(product, 1, ("generator_uuid", generator.Uuid), ("generate", "0"))).ShouldBe(802, "Insufficient license keys");
    }

    [Fact]
    public async Task Keys_made_under_a_contract_are_not_given_away()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.GeneratorAsync(product);
        var contract = await api.Host.ContractAsync(product, 10);
        await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "4"));
        await api.Host.AvailableAsync(product, 2);

        var answer = await AssignAsync(product, 3);

        answer.ShouldBe(802, "Insufficient license keys");
        Assert.Equal(2, answer.Response.GetProperty("available_quantity").GetInt32());
        (await AssignAsync(product, 2)).ShouldBe(803, "License keys assigned");
    }

    [Fact]
    public async Task A_contract_that_moved_to_another_product_holds_what_it_made_of_either()
    {
        var (former, next) = (await api.Host.ProductAsync(), await api.Host.ProductAsync());
        await api.Host.GeneratorAsync(former);
        await api.Host.GeneratorAsync(next);
        var contract = await api.Host.ContractAsync(former, 100);
        await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "3"));
        (await api.Host.PostAsync("/api/v1/update-contract", [("contract_id", $"{contract.Id}"), .. CreateContractTests.Fields(contract.Key, next.Id)]))
            .ShouldBe(842, "contract updated");
        (await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "2"))).ShouldBe(1300, "Contract license keys generated");
        await api.Host.AvailableAsync(former, 4);
        await api.Host.AvailableAsync(next, 4);

        foreach (var product in new[] { former, next })
        {
            var tooMany = await AssignAsync(product, 5);
            tooMany.ShouldBe(802, "Insufficient license keys");
            Assert.Equal(4, tooMany.Response.GetProperty("available_quantity").GetInt32());
            (await AssignAsync(product, 4)).ShouldBe(803, "License keys assigned");
        }
    }

    [Fact]
    public async Task A_generator_is_asked_for_no_more_than_is_short()
    {
        var product = await api.Host.ProductAsync();
        var generator = await api.Host.GeneratorAsync(product, draft => draft with { Method = GeneratorMethod.ChunkSystem, Charset = "0123456789", Chunks = 1, ChunkLength = 4 });
        Assert.Equal(10_000, generator.Keys);
        await api.Host.AvailableAsync(product, 35);

        (await AssignAsync(product, 20, ("generate", "1"))).ShouldBe(803, "License keys assigned");
        (await AssignAsync(product, 25, ("generate", "1"))).ShouldBe(803, "License keys assigned");
        await api.Host.AvailableAsync(product, 3);
        var before = await api.Host.BusinessRowsAsync();
        var refused = await AssignAsync(product, 14, ("generate", "1"));
        var after = await api.Host.BusinessRowsAsync();

        refused.ShouldBe(825, "Incorrect data found");
        Assert.Contains("cannot make so many", refused.Response.GetProperty("errors").GetProperty("quantity").GetString(), StringComparison.Ordinal);
        // What was held back while it was under way is held no more.
        Assert.Equal(before.Where(IsNoHolding), after.Where(IsNoHolding));
    }

    [Theory]
    [InlineData(16, 1, 20, 16)]
    [InlineData(16, 2, 20, 10)]
    [InlineData(10, 2, 20, 10)]
    [InlineData(4, 5, 20, 4)]
    [InlineData(16, 30, 20, 0)]
    public async Task Parallel_callers_get_each_key_once_and_none_fails_while_there_are_enough(int callers, int quantity, int stock, int served)
    {
        var product = await api.Host.ProductAsync();
        await api.Host.AvailableAsync(product, stock);

        var answers = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => AssignAsync(product, quantity, ("email", $"{i}@example.com")))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(served, answers.Count(answer => answer.Code == "803"));
        Assert.Equal(callers - served, answers.Count(answer => answer.Code == "802"));
        var keys = answers.Where(answer => answer.Code == "803").SelectMany(Keys).ToArray();
        Assert.Equal(served * quantity, keys.Distinct().Count());
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(stock - (served * quantity), await api.Host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task Several_instances_on_one_store_share_the_stock_out_too()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        await using var first = await ApiHost.StartAsync(store);
        await using var second = await ApiHost.StartAsync(store);
        var product = await first.ProductAsync();
        await first.AvailableAsync(product, 250);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            (i % 2 == 0 ? first : second).PostAsync(Path, ("product_id", $"{product.Id}"), ("quantity", "13")))));

        // 19 × 13 = 247 of 250.
        Assert.Equal(19, answers.Count(answer => answer.Code == "803"));
        Assert.Equal(247, answers.Where(answer => answer.Code == "803").SelectMany(Keys).Distinct().Count());
        Assert.Equal(3, await first.CountAvailableAsync(product));
    }

    [Fact]
    public async Task A_license_with_a_former_owner_leaves_that_owners_list()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.AvailableAsync(product, 1, draft => draft with { OwnerEmail = "former@example.com" });

        await AssignAsync(product, 1, ("email", "next@example.com"));

        Assert.Empty(await OwnedAsync("former@example.com"));
        Assert.Single(await OwnedAsync("next@example.com"));
    }

    [Fact]
    public async Task What_a_call_that_died_had_claimed_is_given_back()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var (store, clock) = (new DyingStore(sqlite), new ManualTimeProvider());
        await using var host = await ApiHost.StartAsync(store, time: clock);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 40, draft => draft with { OwnerEmail = "former@example.com" });
        var claims = 0;
        store.DiesAt = (table, _, changes) => table == TableNames.Licenses && changes.Count == 3 && Interlocked.Increment(ref claims) > 7;
        var died = await host.PostAsync(Path, ("product_id", $"{product.Id}"), ("quantity", "20"), ("email", "a@example.com"));
        store.Revive();
        Assert.Equal(503, died.Status);

        clock.Advance(TimeSpan.FromMinutes(6));
        await host.Services.GetRequiredService<LicenseFunctions.Licensing.Listing.LicenseOutbox>().ReplayOverdueAsync(CancellationToken.None);
        Assert.Equal(33, await host.CountAvailableAsync(product));
        await host.Services.GetRequiredService<RandomAssignment>().GiveBackOverdueAsync(CancellationToken.None);

        Assert.Equal(40, await host.CountAvailableAsync(product));
        var former = await host.GetAsync("/api/v1/get-license-keys?owner_email=former@example.com&per_page=100");
        Assert.Equal(40, former.Response.GetProperty("license_keys").GetArrayLength());
        (await host.PostAsync(Path, ("product_id", $"{product.Id}"), ("quantity", "40"))).ShouldBe(803, "License keys assigned");
        Assert.DoesNotContain(await host.AllRowsAsync(), row => row.Contains(" claim", StringComparison.Ordinal) || row.Contains("outbox", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_died_while_it_forgot_its_claim_has_assigned_all_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var (store, clock) = (new DyingStore(sqlite), new ManualTimeProvider());
        await using var host = await ApiHost.StartAsync(store, time: clock);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 40);
        foreach (var claims in new[] { "claim.", "claims" })
        {
            store.DiesAt = (_, partition, changes) => partition.StartsWith(claims, StringComparison.Ordinal) && changes[0].Kind == RowChangeKind.Delete;
            Assert.Equal(503, (await host.PostAsync(Path, ("product_id", $"{product.Id}"), ("quantity", "10"))).Status);
            store.Revive();
        }

        clock.Advance(TimeSpan.FromMinutes(6));
        await host.Services.GetRequiredService<RandomAssignment>().GiveBackOverdueAsync(CancellationToken.None);

        Assert.Equal(20, await host.CountAvailableAsync(product));
        Assert.DoesNotContain(await host.AllRowsAsync(), row => row.Contains(" claim", StringComparison.Ordinal));
    }

    private static bool IsNoHolding(string row) => !row.StartsWith($"{TableNames.Idempotency} held.", StringComparison.Ordinal);

    private Task<SignedReply> AssignAsync(Product product, int quantity, params (string, string)[] fields) =>
        api.Host.PostAsync(Path, [("product_id", $"{product.Id}"), ("quantity", $"{quantity}"), .. fields]);

    private async Task<IEnumerable<string>> OwnedAsync(string email) => Keys(await api.Host.GetAsync($"/api/v1/get-license-keys?owner_email={email}"));

    private static IEnumerable<string> Keys(SignedReply answer) =>
        [.. answer.Response.GetProperty("license_keys").EnumerateArray().Select(license => license.GetProperty("license_key").GetString()!)];
}
