using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class ContendedStockTests : ContendedStockContract;

[NeedsAzurite]
public sealed class ContendedStockOnAzureTablesTests : ContendedStockContract;

/// <summary>What is scarce, asked for at once from two instances, on each kind of store.</summary>
public abstract class ContendedStockContract : StoreSuite
{
    private ApiHost[] _hosts = [];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _hosts = [await ApiHost.StartAsync(Store), await ApiHost.StartAsync(Store)];
    }

    [StoreTheory]
    [InlineData(1, 16)]
    [InlineData(2, 10)]
    public async Task Sixteen_callers_share_out_the_last_twenty_keys_each_once(int quantity, int served)
    {
        var product = await _hosts[0].ProductAsync();
        await _hosts[0].AvailableAsync(product, 20);

        var answers = await AtOnceAsync(16, host => host.PostAsync(
            "/api/v1/random-assign-license-keys", ("product_id", $"{product.Id}"), ("quantity", $"{quantity}"), ("email", "a@example.com")));

        Assert.Equal((served, 16 - served), (answers.Count(answer => answer.Code == "803"), answers.Count(answer => answer.Code == "802")));
        var keys = answers.Where(answer => answer.Code == "803").SelectMany(answer =>
            answer.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetProperty("license_key").GetString())).ToArray();
        Assert.Equal(served * quantity, keys.Distinct().Count());
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(20 - keys.Length, await _hosts[1].CountAvailableAsync(product));
    }

    [StoreFact]
    public async Task A_contract_of_twenty_gives_out_twenty()
    {
        var product = await _hosts[0].ProductAsync();
        await _hosts[0].GeneratorAsync(product);
        var contract = await _hosts[0].ContractAsync(product, 20);

        var answers = await AtOnceAsync(16, host => host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "2")));

        Assert.Equal(10, answers.Count(answer => answer.Code == "1300"));
        Assert.All(answers.Where(answer => answer.Code != "1300"), answer => Assert.Equal("1205", answer.Code));
        Assert.Equal(20, answers.Where(answer => answer.Code == "1300").SelectMany(answer =>
            answer.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetString())).Distinct().Count());
        Assert.Equal(20, await _hosts[1].CountAvailableAsync(product));
    }

    [StoreFact]
    public async Task What_a_deleted_contract_leaves_is_shared_out_with_the_rest_and_what_another_has_is_not()
    {
        var product = await _hosts[0].ProductAsync();
        await _hosts[0].GeneratorAsync(product);
        var (kept, deleted) = (await _hosts[0].ContractAsync(product, 10), await _hosts[0].ContractAsync(product, 10));
        foreach (var contract in new[] { kept, deleted })
            await _hosts[0].PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "3"));
        await _hosts[0].AvailableAsync(product, 2);
        await _hosts[0].PostAsync("/api/v1/delete-contract", ("contract_id", $"{deleted.Id}"));
        Task<SignedReply> AssignAsync(ApiHost host, int quantity) =>
            host.PostAsync("/api/v1/random-assign-license-keys", ("product_id", $"{product.Id}"), ("quantity", $"{quantity}"));

        var tooMany = await AssignAsync(_hosts[1], 6);
        var answers = await AtOnceAsync(8, host => AssignAsync(host, 1));

        tooMany.ShouldBe(802, "Insufficient license keys");
        Assert.Equal(5, tooMany.Response.GetProperty("available_quantity").GetInt32());
        Assert.Equal((5, 3), (answers.Count(answer => answer.Code == "803"), answers.Count(answer => answer.Code == "802")));
        Assert.Equal(3, await _hosts[1].CountAvailableAsync(product));
        (await _hosts[1].PostAsync("/api/v1/contracts/destroy-all", ("contract_uuid", kept.Key))).ShouldBe(1500, "License keys deleted");
        Assert.Equal(0, await _hosts[1].CountAvailableAsync(product));
    }

    [StoreTheory]
    [InlineData("create-product", "name=Once&description=d")]
    [InlineData("create-license-keys", "product_id={product}&license_keys=[\"A\",\"B\"]")]
    [InlineData("generate", "product_id={product}&quantity=3")]
    [InlineData("random-assign-license-keys", "product_id={product}&quantity=4&generate=1")]
    [InlineData("contracts/generate", "contract_uuid={contract}&quantity=3")]
    [InlineData("activate", "license_key={license}&identifier=a.example")]
    [InlineData("create-license-key-meta", "license_key={license}&key=k&value=v")]
    public async Task A_request_that_names_itself_sent_eight_times_at_once_is_done_once(string endpoint, string fields)
    {
        var product = await _hosts[0].ProductAsync();
        await _hosts[0].GeneratorAsync(product);
        var license = await _hosts[0].LicenseAsync(product, draft => draft with { ActivationLimit = 1 });
        var contract = await _hosts[0].ContractAsync(product, 20);
        // Of these and of keys yet to be made.
        if (endpoint == "random-assign-license-keys")
            await _hosts[0].AvailableAsync(product, 2);
        var sent = fields.Replace("{product}", $"{product.Id}", StringComparison.Ordinal).Replace("{license}", license.Key, StringComparison.Ordinal)
            .Replace("{contract}", contract.Key, StringComparison.Ordinal);
        var apiKey = _hosts[0].ApiKey;

        var answers = await AtOnceAsync(8, async host =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{endpoint}")
            {
                Content = new FormUrlEncodedContent(sent.Split('&').Select(field => KeyValuePair.Create(field.Split('=')[0], field.Split('=')[1]))),
            };
            request.Headers.Add("Idempotency-Key", "at-once");
            return await host.SendAsync(request, apiKey);
        });

        Assert.Single(answers.Select(answer => answer.Body.GetRawText()).Distinct());
        Assert.DoesNotContain(answers[0].Code, (string[])["301", "452", "902"]);
        var products = (await _hosts[1].GetAsync("/api/v1/get-all-products")).Response.GetProperty("products").GetArrayLength();
        Assert.Equal(endpoint == "create-product" ? 2 : 1, products);
        var available = await _hosts[1].CountAvailableAsync(product);
        Assert.Equal(endpoint switch { "create-license-keys" => 2, "generate" or "contracts/generate" => 3, _ => 0 }, available);
        var all = await _hosts[1].Services.GetRequiredService<LicenseLists>().CountAsync(product.Id, null, CancellationToken.None);
        Assert.Equal(endpoint == "random-assign-license-keys" ? 5 : available + 1, all);
    }

    public override async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await base.DisposeAsync();
    }

    private Task<SignedReply[]> AtOnceAsync(int callers, Func<ApiHost, Task<SignedReply>> call) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => call(_hosts[i % 2]))));
}
