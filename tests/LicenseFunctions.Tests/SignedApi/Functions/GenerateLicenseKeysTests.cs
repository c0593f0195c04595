using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GenerateLicenseKeysTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/generate";

    [Fact]
    public async Task Keys_are_made_and_signed_by_the_products_key()
    {
        var generator = await api.Host.GeneratorAsync(api.Own, draft => draft with { Prefix = "P-", ActivationLimit = 3, ValidityDays = 30 });

        var answer = await api.Host.PostAsync(Path, ("generator_id", $"{generator.Id}"), ("quantity", "10"));

        answer.ShouldBe(815, "Generated license keys", signedBy: SharedApi.OwnKey);
        Assert.Equal("code message licenseKeys timestamp", answer.Response.Names());
        var keys = Keys(answer);
        Assert.Equal(10, keys.Distinct().Count());
        Assert.All(keys, key => Assert.StartsWith("P-", key, StringComparison.Ordinal));
        var license = (await api.Host.LicenseOfAsync(keys[0]))!;
        Assert.Equal((LicenseStatus.Available, 3, 30, api.Own.Id), (license.Status, license.ActivationLimit, license.ValidityDays, license.ProductId));
    }

    [Fact]
    public async Task A_key_can_be_used_at_once()
    {
        await api.Host.GeneratorAsync(api.Plain);
        var key = Keys(await api.Host.PostAsync(Path, ("product_id", $"{api.Plain.Id}"), ("quantity", "1")))[0];

        var answer = await api.Host.PostAsync("/api/v1/assign-and-activate-license-key", ("license_key", key), ("identifier", "a.example"));

        answer.ShouldBe(300, "License key activated");
    }

    [Fact]
    public async Task What_is_sent_overrides_the_generator()
    {
        var generator = await api.Host.GeneratorAsync(api.Plain);

        var answer = await api.Host.PostAsync(
            Path, ("generator_uuid", generator.Uuid), ("quantity", "1"), ("activation_limit", "7"), ("validity_days", "14"),
            ("customer_email", "a@example.com"), ("owner_name", "A"), ("status", "assigned"));

        var license = (await api.Host.LicenseOfAsync(Keys(answer)[0]))!;
        Assert.Equal((7, 14, "a@example.com", "A"), (license.ActivationLimit, license.ValidityDays, license.OwnerEmail, license.OwnerName));
        Assert.Equal((LicenseStatus.Assigned, api.Clock.GetUtcNow().ToUnixTimeMilliseconds()), (license.Status, license.AssignedAt));
    }

    [Fact]
    public async Task The_products_first_active_generator_serves_where_none_is_named()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.GeneratorAsync(product, draft => draft with { Prefix = "OFF-", IsActive = false });
        await api.Host.GeneratorAsync(product, draft => draft with { Prefix = "ON-" });
        await api.Host.GeneratorAsync(product, draft => draft with { Prefix = "LATER-" });

        var answer = await api.Host.PostAsync(Path, ("product_uuid", product.Uuid), ("quantity", "1"));

        Assert.StartsWith("ON-", Keys(answer)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("10001")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData(null)]
    public async Task A_wrong_quantity_makes_nothing(string? quantity)
    {
        var product = await api.Host.ProductAsync();
        await api.Host.GeneratorAsync(product);

        var answer = await api.Host.PostAsync(Path, [("product_id", $"{product.Id}"), .. quantity is null ? [] : new[] { ("quantity", quantity) }]);

        answer.ShouldBe(825, "Incorrect data found");
        Assert.Equal("Quantity must be a whole number from 1 to 10000.", answer.Response.GetProperty("errors").GetProperty("quantity").GetString());
        Assert.Equal(0, await api.Host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task An_unknown_inactive_or_foreign_generator_is_not_found()
    {
        var (product, other) = (await api.Host.ProductAsync(), await api.Host.ProductAsync());
        var inactive = await api.Host.GeneratorAsync(product, draft => draft with { IsActive = false });
        var foreign = await api.Host.GeneratorAsync(other);

        foreach (var fields in new (string, string)[][]
        {
            [("generator_id", "99999")], [("generator_uuid", Guid.NewGuid().ToString())], [("generator_uuid", "../x")], [],
            [("generator_id", $"{inactive.Id}")], [("generator_id", $"{foreign.Id}"), ("product_id", $"{product.Id}")], [("product_id", $"{product.Id}")],
        })
        {
            (await api.Host.PostAsync(Path, [.. fields, ("quantity", "1")])).ShouldBe(806, "Generator not found");
        }
    }

    [Fact]
    public async Task A_generator_with_too_few_keys_is_refused()
    {
        var generator = await api.Host.GeneratorAsync(
            await api.Host.ProductAsync(), draft => draft with { Method = GeneratorMethod.ChunkSystem, Charset = "0123456789", Chunks = 1 });

        (await api.Host.PostAsync(Path, ("generator_id", $"{generator.Id}"), ("quantity", "11"))).ShouldBe(825, "Incorrect data found");
        (await api.Host.PostAsync(Path, ("generator_id", $"{generator.Id}"), ("quantity", "10"))).ShouldBe(815, "Generated license keys");
    }

    [Fact]
    public async Task A_key_that_is_taken_is_drawn_anew()
    {
        var product = await api.Host.ProductAsync();
        var generator = await api.Host.GeneratorAsync(product, draft => draft with
        {
            Method = GeneratorMethod.ChunkSystem, Charset = "0123456789", Chunks = 1, ChunkLength = 4, Prefix = "TAKEN-",
        });
        // Nine keys of ten are taken already: drawing ten meets some of them nearly surely.
        var taken = Enumerable.Range(0, 9000).Select(i => $"TAKEN-{i:D4}").ToArray();
        foreach (var some in taken.Chunk(3000))
        {
            await api.Host.PostAsync(
                "/api/v1/create-license-keys", ("product_id", $"{product.Id}"), ("license_keys", System.Text.Json.JsonSerializer.Serialize(some)));
        }

        var keys = Keys(await api.Host.PostAsync(Path, ("generator_id", $"{generator.Id}"), ("quantity", "5")));

        Assert.Equal(5, keys.Distinct().Count());
        Assert.All(keys, key => Assert.InRange(int.Parse(key[6..], null), 9000, 9999));
    }

    [Fact]
    public async Task A_generator_all_of_whose_keys_are_taken_makes_nothing()
    {
        var product = await api.Host.ProductAsync();
        var generator = await api.Host.GeneratorAsync(product, draft => draft with
        {
            Method = GeneratorMethod.ChunkSystem, Charset = "0123456789", Chunks = 1, ChunkLength = 3, Prefix = "ALL-",
        });
        var taken = System.Text.Json.JsonSerializer.Serialize(Enumerable.Range(0, 1000).Select(i => $"ALL-{i:D3}"));
        await api.Host.PostAsync("/api/v1/create-license-keys", ("product_id", $"{product.Id}"), ("license_keys", taken));

        (await api.Host.PostAsync(Path, ("generator_id", $"{generator.Id}"), ("quantity", "1"))).ShouldBe(825, "Incorrect data found");

        Assert.Equal(1000, await api.Host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task A_large_quantity_is_made_whole()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.GeneratorAsync(product);

        var answer = await api.Host.PostAsync(Path, ("product_id", $"{product.Id}"), ("quantity", "2500"));

        Assert.Equal(2500, Keys(answer).Distinct().Count());
        Assert.Equal(2500, await api.Host.CountAvailableAsync(product));
    }

    private static List<string> Keys(SignedReply answer) =>
        [.. answer.Response.GetProperty("licenseKeys").EnumerateArray().Select(key => key.GetString()!)];
}
