using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class CreateLicenseKeysRefusalTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/create-license-keys";

    [Fact]
    public async Task Nothing_at_all_is_incorrect_data()
    {
        var answer = await api.Host.PostAsync(Path);

        answer.ShouldSay("global",
            "\"code\":901,\"message\":\"Incorrect data found\",\"errors\":{\"product_id\":[\"The product id field is required.\"],"
            + $"\"license_keys\":[\"The license keys field is required.\"]}},\"timestamp\":{api.Timestamp}");
    }

    [Theory]
    [InlineData("product_id", "999999", "The selected product id is invalid.")]
    [InlineData("product_id", "-1", "The selected product id is invalid.")]
    [InlineData("product_id", "99999999999999999999999", "The selected product id is invalid.")]
    [InlineData("status", "suspended", "The selected status is invalid.")]
    [InlineData("status", "Available", "The selected status is invalid.")]
    [InlineData("status", "", "The selected status is invalid.")]
    [InlineData("activation_limit", "-1", "The activation limit field must be a whole number between 0 and 2147483647.")]
    [InlineData("activation_limit", "1.5", "The activation limit field must be a whole number between 0 and 2147483647.")]
    [InlineData("activation_limit", "99999999999", "The activation limit field must be a whole number between 0 and 2147483647.")]
    [InlineData("validity", "ten", "The validity field must be a whole number between 0 and 1000000.")]
    [InlineData("validity", "1000001", "The validity field must be a whole number between 0 and 1000000.")]
    [InlineData("assigned_at", "yesterday", "The assigned at field must match the format Y-m-d H:i:s.")]
    [InlineData("assigned_at", "2026-02-30 00:00:00", "The assigned at field must match the format Y-m-d H:i:s.")]
    [InlineData("license_keys", "KEY-1", "The license keys field must be a list of license keys.")]
    [InlineData("license_keys", "", "The license keys field must be a list of license keys.")]
    [InlineData("license_keys", "{}", "The license keys field must be a list of license keys.")]
    [InlineData("license_keys", "[[\"a\"]]", "The license keys field must be a list of license keys.")]
    [InlineData("license_keys", "[null]", "The license keys field must be a list of license keys.")]
    [InlineData("license_keys", "[\"\\ud800\"]", "The license keys field must be a list of license keys.")]
    [InlineData("license_keys", "[]", "The license keys field must have between 1 and 10000 items.")]
    [InlineData("license_keys", "[\"a\",\" \"]", "The license keys field must have license keys of 1 to 1024 characters.")]
    [InlineData("license_keys", "[\"\\u2028\"]", "The license keys field must have license keys of 1 to 1024 characters.")]
    public async Task A_wrong_field_is_incorrect_data_and_nothing_is_made(string field, string value, string message)
    {
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostAsync(Path, ("product_id", $"{api.Own.Id}"), ("license_keys", "[\"refused-key\"]"), (field, value));

        var signedBy = field == "product_id" ? "global" : SharedApi.OwnKey;
        answer.ShouldSay(signedBy,
            $"\"code\":901,\"message\":\"Incorrect data found\",\"errors\":{{\"{field}\":[\"{message}\"]}},\"timestamp\":{api.Timestamp}");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Theory]
    [InlineData("owner_name")]
    [InlineData("owner_email")]
    public async Task An_owner_has_at_most_255_characters(string field)
    {
        var fits = await CreateAsync((field, new string('x', 255)));
        var tooLong = await CreateAsync((field, new string('x', 256)));

        fits.ShouldBe(900, "License keys creation result", SharedApi.OwnKey);
        tooLong.ShouldBe(901, "Incorrect data found", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("owner_name", "[\"x\"]")]
    [InlineData("owner_email", "{\"x\":1}")]
    [InlineData("assigned_at", "[\"2026-01-08 00:00:00\"]")]
    [InlineData("status", "[\"assigned\"]")]
    [InlineData("activation_limit", "[1]")]
    [InlineData("validity", "{}")]
    [InlineData("product_id", "[1]")]
    [InlineData("license_keys", "{\"a\":1}")]
    public async Task A_list_or_an_object_in_the_place_of_a_value_is_incorrect_data(string field, string value)
    {
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostJsonAsync(Path, $$"""{"product_id":{{api.Own.Id}},"license_keys":["refused-key"],"{{field}}":{{value}}}""");

        Assert.Equal(901, answer.Response.GetProperty("code").GetInt32());
        Assert.Equal(field, answer.Response.GetProperty("errors").Names());
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Fact]
    public async Task A_key_has_at_most_1024_characters()
    {
        var fits = await api.Host.PostAsync(Path, ("product_id", $"{api.Own.Id}"), ("license_keys", $"[\"{new string('k', 1024)}\"]"));
        var tooLong = await api.Host.PostAsync(Path, ("product_id", $"{api.Own.Id}"), ("license_keys", $"[\"{new string('k', 1025)}\"]"));

        fits.ShouldBe(900, "License keys creation result", SharedApi.OwnKey);
        tooLong.ShouldBe(901, "Incorrect data found", SharedApi.OwnKey);
    }

    [Fact]
    public async Task More_than_1_MiB_is_too_large()
    {
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostJsonAsync(Path, $$"""{"product_id":1,"license_keys":["a"],"owner_name":"{{new string('x', 1024 * 1024)}}"}""");

        answer.ShouldBeProblem(413);
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    private Task<SignedReply> CreateAsync(params (string Name, string Value)[] fields) =>
        api.Host.PostAsync(Path, [("product_id", $"{api.Own.Id}"), ("license_keys", $"[\"{Guid.NewGuid()}\"]"), .. fields]);
}
