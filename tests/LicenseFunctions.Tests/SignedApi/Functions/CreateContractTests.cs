using System.Net.Http.Json;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class CreateContractTests(SharedApi api) : IClassFixture<SharedApi>
{
    internal const string Path = "/api/v1/create-contract";

    /// <summary>The documented texts, in the documented order.</summary>
    internal const string AllErrors = """
        "errors":{"contract_key":"Contract key is required and must be unique.","contract_name":"Contract name is required.","contract_information":"Contract information is required.","product_id":"Product Id must be a valid product Id.","license_keys_quantity":"License keys quantity must be 1 or more.","status":"Status must be active or inactive","can_get_info":"Can get info must be 1 for true or 0 for false","can_generate":"Can generate must be 1 for true or 0 for false","can_destroy":"Can destroy must be 1 for true or 0 for false","can_destroy_all":"Can destroy all must be 1 for true or 0 for false"}
        """;

    internal static (string, string)[] Fields(string key, long product, string quantity = "65", string flag = "1") =>
    [
        ("contract_key", key), ("contract_name", "Test Contract"), ("contract_information", "Test/information"), ("product_id", $"{product}"),
        ("license_keys_quantity", quantity), ("status", "active"), ("can_get_info", flag), ("can_generate", "1"), ("can_destroy", "0"), ("can_destroy_all", "1"),
    ];

    [Fact]
    public async Task A_contract_is_answered_as_it_was_sent()
    {
        var time = $"{api.Clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss}.000000Z";

        var answer = await api.Host.PostAsync(Path, Fields("sent-1", api.Own.Id));

        var id = answer.Response.GetProperty("contract").GetProperty("id").GetInt64();
        answer.ShouldSay("global", $$"""
            "code":841,"message":"contract created","contract":{"contract_key":"sent-1","name":"Test Contract","information":"Test\/information","product_id":"{{api.Own.Id}}","license_keys_quantity":"65","status":"active","can_get_info":"1","can_generate":"1","can_destroy":"0","can_destroy_all":"1","updated_at":"{{time}}","created_at":"{{time}}","id":{{id}},"license_keys_count":0},"timestamp":{{api.Timestamp}}
            """);
    }

    [Fact]
    public async Task Truth_values_of_JSON_are_answered_as_texts()
    {
        var body = new
        {
            contract_key = "json-1", contract_name = "J", contract_information = "i", product_uuid = api.Plain.Uuid, license_keys_quantity = 5,
            can_get_info = true, can_generate = false, can_destroy = true, can_destroy_all = true,
        };

        var answer = await api.Host.SendAsync(new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(body) }, api.Host.ApiKey);

        var contract = answer.Response.GetProperty("contract");
        Assert.Equal(
            ["5", $"{api.Plain.Id}", "active", "1", "0"],
            new[] { "license_keys_quantity", "product_id", "status", "can_get_info", "can_generate" }.Select(name => contract.GetProperty(name).GetString()));
    }

    [Fact]
    public async Task All_that_is_missing_is_told_in_the_documented_words()
    {
        var answer = await api.Host.PostAsync(Path, ("status", "sleepy"));

        answer.ShouldSay("global", $"\"code\":825,\"message\":\"Incorrect data found\",{AllErrors},\"timestamp\":{api.Timestamp}");
    }

    [Theory]
    [InlineData("license_keys_quantity", "0")]
    [InlineData("license_keys_quantity", "-1")]
    [InlineData("license_keys_quantity", "99999999999")]
    [InlineData("can_generate", "2")]
    [InlineData("can_generate", "yes")]
    [InlineData("product_id", "99999")]
    [InlineData("contract_name", " ")]
    public async Task What_is_wrong_is_told_alone(string field, string value)
    {
        var fields = Fields($"wrong-{field}-{value}", api.Plain.Id).Where(each => each.Item1 != field).Append((field, value)).ToArray();

        var answer = await api.Host.PostAsync(Path, fields);

        answer.ShouldBe(825, "Incorrect data found");
        Assert.Equal(field, answer.Response.GetProperty("errors").Names());
    }

    [Fact]
    public async Task A_key_is_given_once_also_to_parallel_callers()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => api.Host.PostAsync(Path, Fields("once", api.Plain.Id)))));

        Assert.Single(answers, answer => answer.Code == "841");
        var refused = answers.Where(answer => answer.Code == "825").ToArray();
        Assert.Equal(7, refused.Length);
        Assert.All(refused, answer => Assert.Equal("contract_key", answer.Response.GetProperty("errors").Names()));
    }
}
