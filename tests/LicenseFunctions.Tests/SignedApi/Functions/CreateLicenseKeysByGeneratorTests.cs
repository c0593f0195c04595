using System.Net.Http.Json;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class CreateLicenseKeysByGeneratorTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task One_key_is_made_for_each_object_in_order()
    {
        var first = await api.Host.GeneratorAsync(api.Own, draft => draft with { Prefix = "ONE-", ValidityDays = 9 });
        var second = await api.Host.GeneratorAsync(api.Own, draft => draft with { Prefix = "TWO-" });

        var answer = await CreateAsync(
            new { product_uuid = api.Own.Uuid, generator_uuid = second.Uuid, customer_email = "a@example.com", activation_limit = 2, validity_days = 30 },
            new { product_uuid = api.Own.Uuid, generator_uuid = first.Uuid, customer_email = "b@example.com", activation_limit = "5" },
            new { generator_id = second.Id });

        answer.ShouldBe(900, "License keys creation result", signedBy: SharedApi.OwnKey);
        Assert.Equal("code message created duplicate license_keys timestamp", answer.Response.Names());
        Assert.Equal((3, 0), (answer.Response.GetProperty("created").GetInt32(), answer.Response.GetProperty("duplicate").GetInt32()));
        var made = new List<License>();
        foreach (var key in answer.Response.GetProperty("license_keys").EnumerateArray())
            made.Add((await api.Host.LicenseOfAsync(key.GetString()!))!);
        Assert.Equal(["TWO-", "ONE-", "TWO-"], made.Select(license => license.Key[..4]));
        Assert.Equal(["a@example.com", "b@example.com", null], made.Select(license => license.OwnerEmail));
        Assert.Equal([2L, 5L, 1L], made.Select(license => license.ActivationLimit));
        Assert.Equal([30L, 9L, 0L], made.Select(license => license.ValidityDays));
        Assert.All(made, license => Assert.Equal(LicenseStatus.Available, license.Status));
    }

    [Fact]
    public async Task Objects_may_name_different_products_by_slug()
    {
        var answer = await CreateAsync(
            new { product_slug = api.Plain.Slug, license_key = $"{Guid.NewGuid()}" }, new { product_slug = api.Own.Slug, license_key = $"{Guid.NewGuid()}" });

        var made = new List<License>();
        foreach (var key in answer.Response.GetProperty("license_keys").EnumerateArray())
            made.Add((await api.Host.LicenseOfAsync(key.GetString()!))!);
        Assert.Equal([api.Plain.Id, api.Own.Id], made.Select(license => license.ProductId));
    }

    [Fact]
    public async Task An_object_may_bring_its_key_which_may_be_a_duplicate()
    {
        var taken = await api.Host.LicenseAsync(api.Plain);
        await api.Host.GeneratorAsync(api.Plain);

        var answer = await CreateAsync(
            new { product_id = api.Plain.Id, license_key = taken.Key }, new { product_id = api.Plain.Id });

        Assert.Equal((1, 1), (answer.Response.GetProperty("created").GetInt32(), answer.Response.GetProperty("duplicate").GetInt32()));
        Assert.Equal(1, answer.Response.GetProperty("license_keys").GetArrayLength());
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_its_place_and_nothing_is_made()
    {
        var product = await api.Host.ProductAsync();
        await api.Host.GeneratorAsync(product);

        var answer = await CreateAsync(
            new { product_id = product.Id },
            new { product_id = product.Id, generator_uuid = Guid.NewGuid().ToString() },
            new { product_id = product.Id, activation_limit = "lots" });

        answer.ShouldBe(901, "Incorrect data found");
        Assert.Equal("licenses.1.generator_uuid licenses.2.activation_limit", answer.Response.GetProperty("errors").Names());
        Assert.Equal(0, await api.Host.CountAvailableAsync(product));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("nonsense")]
    public async Task What_is_no_list_of_objects_is_refused(string licenses) =>
        (await api.Host.PostAsync("/api/v1/create-license-keys", ("licenses", licenses))).ShouldBe(901, "Incorrect data found");

    [Fact]
    public async Task The_objects_may_come_as_the_text_of_a_form()
    {
        await api.Host.GeneratorAsync(api.Plain);

        var answer = await api.Host.PostAsync("/api/v1/create-license-keys", ("product_id", $"{api.Plain.Id}"), ("licenses", "[{},{}]"));

        answer.ShouldBe(900, "License keys creation result");
        Assert.Equal(2, answer.Response.GetProperty("created").GetInt32());
    }

    private Task<SignedReply> CreateAsync(params object[] licenses) => api.Host.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/api/v1/create-license-keys") { Content = JsonContent.Create(new { licenses }) }, api.Host.ApiKey);
}
