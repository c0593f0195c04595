using System.Text.Json;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetTelemetryDataTests
{
    private static readonly string[] Documented =
    [
        "id", "user_identifier", "license_key", "activation_identifier", "product_id", "product_version", "data_type", "data_group", "data",
        "is_correct_format", "license_key_exists", "product_exists", "product_version_exists", "has_red_flags", "created_at", "updated_at",
    ];

    [Fact]
    public async Task An_entry_has_the_documented_fields_in_their_order()
    {
        await using var host = await ApiHost.StartAsync(time: new ManualTimeProvider());
        await SendAsync(host, ("user_identifier", "554ddd"), ("license_key", "755aed85"), ("activation_identifier", "12135644"), ("product_id", "100"), ("product_version", "5.2.5"));

        var answer = await host.GetAsync("/api/v1/get-telemetry-data");

        answer.ShouldBe(970, "Telemetry data found");
        var row = Assert.Single(answer.Response.GetProperty("data").EnumerateArray());
        Assert.Equal(Documented, row.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            """
            {"id":1,"user_identifier":"554ddd","license_key":"755aed85","activation_identifier":"12135644","product_id":100,"product_version":"5.2.5","data_type":"numeric-single-value","data_group":"g","data":"50","is_correct_format":0,"license_key_exists":0,"product_exists":0,"product_version_exists":0,"has_red_flags":1,"created_at":"2026-01-15T10:30:00.000000Z","updated_at":"2026-01-15T10:30:00.000000Z"}
            """, row.GetRawText());
    }

    [Fact]
    public async Task What_was_left_out_raises_no_flag_and_is_null()
    {
        await using var host = await ApiHost.StartAsync();
        await SendAsync(host);

        var row = (await host.GetAsync("/api/v1/get-telemetry-data")).Response.GetProperty("data")[0];

        Assert.Equal(1, row.GetProperty("is_correct_format").GetInt32());
        Assert.Equal(0, row.GetProperty("has_red_flags").GetInt32());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("license_key").ValueKind);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("product_id").ValueKind);
    }

    [Fact]
    public async Task What_exists_is_known_and_what_does_not_is_flagged_one_by_one()
    {
        using var folder = new TemporaryFolder();
        await using var host = await GivenDownloads.StartAsync(folder);
        var product = await host.ProductAsync();
        var license = await host.LicenseAsync(product);
        await host.ReleaseAsync(product, "1.0.1", publish: false);
        await SendAsync(host, ("data_group", "all"), ("product_id", $"{product.Id}"), ("license_key", license.Key), ("product_version", "1.0.1"));
        await SendAsync(host, ("data_group", "version"), ("license_key", license.Key), ("product_version", "1.0.2"));
        await SendAsync(host, ("data_group", "license"), ("license_key", "unknown"));

        Assert.Equal("11110", await FlagsAsync("all"));
        Assert.Equal("11001", await FlagsAsync("version"));
        Assert.Equal("10001", await FlagsAsync("license"));

        async Task<string> FlagsAsync(string group)
        {
            var row = (await host.GetAsync($"/api/v1/get-telemetry-data?data_group={group}")).Response.GetProperty("data")[0];
            string[] flags = ["is_correct_format", "license_key_exists", "product_exists", "product_version_exists", "has_red_flags"];
            return string.Concat(flags.Select(flag => row.GetProperty(flag).GetInt32()));
        }
    }

    [Theory]
    [InlineData("license_key=L-1", "1,4")]
    [InlineData("license_key=L-1&data_group=h", "4")]
    [InlineData("user_identifier=u", "2,3")]
    [InlineData("data_group=g", "1,2,3")]
    [InlineData("data_group=g&data_type=text", "3")]
    [InlineData("data_type=text", "3")]
    [InlineData("product_id=7", "2")]
    [InlineData("product_id=seven", "")]
    [InlineData("product_uuid=11111111-1111-4111-8111-111111111111", "")]
    [InlineData("has_red_flags=1", "1,2,4")]
    [InlineData("has_red_flags=false", "3")]
    [InlineData("data_group=none", "")]
    [InlineData("", "1,2,3,4")]
    public async Task A_filter_finds_what_it_names_in_the_order_it_came(string filter, string ids)
    {
        await using var host = await ApiHost.StartAsync();
        await SendAsync(host, ("license_key", "L-1"));
        await SendAsync(host, ("user_identifier", "u"), ("product_id", "7"));
        await SendAsync(host, ("user_identifier", "u"), ("data_type", "text"), ("text_data", "x"));
        await SendAsync(host, ("license_key", "L-1"), ("data_group", "h"));

        var answer = await host.GetAsync($"/api/v1/get-telemetry-data?{filter}");

        answer.ShouldBe(970, "Telemetry data found");
        Assert.Equal(ids, string.Join(',', answer.Response.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetInt64())));
    }

    private static async Task SendAsync(ApiHost host, params (string Name, string Value)[] fields)
    {
        (string Name, string Value)[] usual = [("data_type", "numeric-single-value"), ("numeric_data_single_value", "50"), ("data_group", "g")];
        await host.PostAsync("/api/v1/send-telemetry-data", [.. usual.ExceptBy(fields.Select(field => field.Name), field => field.Name), .. fields]);
    }
}
