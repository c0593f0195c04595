using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class SendTelemetryDataTests
{
    private const string Path = "/api/v1/send-telemetry-data";

    [Fact]
    public async Task A_complete_entry_is_right_and_has_no_errors()
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        var license = await host.LicenseAsync(product);

        var answer = await host.PostAsync(Path,
            ("data_type", "numeric-single-value"), ("numeric_data_single_value", "50"), ("data_group", "test_group"), ("product_id", $"{product.Id}"),
            ("user_identifier", "554ddd"), ("license_key", license.Key), ("activation_identifier", "12135644"), ("product_version", "1.0.1"));

        answer.ShouldBe(830, "Correct format data saved");
        Assert.Equal("[]", answer.Response.GetProperty("errors").GetRawText());
    }

    [Theory]
    [InlineData("numeric-single-value", "numeric_data_single_value=-5.5e3")]
    [InlineData("numeric-xy-axis", "numeric_data_x=1&numeric_data_y=2.5")]
    [InlineData("text", "text_data=hello")]
    public async Task Type_group_and_value_are_enough(string type, string value)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(new(HttpMethod.Post, $"{Path}?data_type={type}&data_group=g&{value}"), host.ApiKey);

        answer.ShouldBe(830, "Correct format data saved");
    }

    [Fact]
    public async Task An_unknown_product_alone_gets_the_documented_errors_in_their_order()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(Path, ("product_id", "100"));

        answer.ShouldBe(831, "Incorrect format data saved");
        Assert.Equal(
            """
            {"product_id":["The selected product id is invalid."],"user_identifier":["The user identifier field is required."],"license_key":["The license key field is required."],"activation_identifier":["The activation identifier field is required."],"product_version":["The product version field is required."],"data_type":["The data type field is required."],"data_group":["The data group field is required."]}
            """, answer.Response.GetProperty("errors").GetRawText());
    }

    [Theory]
    [InlineData("data_type=numeric-single-value&data_group=g", "numeric_data_single_value", "The numeric data single value field is required.")]
    [InlineData("data_type=numeric-single-value&data_group=g&numeric_data_single_value=many", "numeric_data_single_value", "The numeric data single value field must be a number.")]
    [InlineData("data_type=numeric-single-value&data_group=g&numeric_data_single_value=NaN", "numeric_data_single_value", "The numeric data single value field must be a number.")]
    [InlineData("data_type=numeric-xy-axis&data_group=g&numeric_data_x=1", "numeric_data_y", "The numeric data y field is required.")]
    [InlineData("data_type=text&data_group=g", "text_data", "The text data field is required.")]
    [InlineData("data_type=video&data_group=g", "data_type", "The selected data type is invalid.")]
    [InlineData("data_type=text&text_data=x", "data_group", "The data group field is required.")]
    public async Task What_is_wrong_is_said(string query, string field, string message)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(new(HttpMethod.Post, $"{Path}?{query}"), host.ApiKey);

        answer.ShouldBe(831, "Incorrect format data saved");
        Assert.Equal(message, Assert.Single(answer.Response.GetProperty("errors").GetProperty(field).EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_saved_cut_and_flagged()
    {
        await using var host = await ApiHost.StartAsync();
        // The limit falls between the two halves of a character.
        var text = new string('x', 9_999) + "😀";

        var answer = await host.PostAsync(Path, ("data_type", "text"), ("data_group", "g"), ("text_data", text));

        answer.ShouldBe(831, "Incorrect format data saved");
        var row = (await host.GetAsync("/api/v1/get-telemetry-data?data_group=g")).Response.GetProperty("data")[0];
        Assert.Equal(new string('x', 9_999), row.GetProperty("data").GetString());
        Assert.Equal(1, row.GetProperty("has_red_flags").GetInt32());
    }

    [Fact]
    public async Task An_api_key_without_the_capability_saves_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.NewApiKeyAsync("send-telemetry");

        var answer = await host.SendAsync(new(HttpMethod.Post, $"{Path}?data_type=text&data_group=g&text_data=x"), key);

        answer.ShouldBe(102, "The used API key doesn't have the required capability to access this endpoint", status: 401);
        (await host.GetAsync("/api/v1/get-telemetry")).ShouldBe(902, "No telemetry data found");
    }
}
