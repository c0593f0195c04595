using System.Net.Http.Json;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class SendTelemetryTests
{
    [Theory]
    [InlineData("/api/v1/send-telemetry")]
    [InlineData("/v1/send-telemetry")]
    public async Task It_saves_what_send_telemetry_data_saves(string path)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(new(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(new { data_type = "numeric-xy-axis", data_group = "g", numeric_data_x = 1, numeric_data_y = 2.50 }),
        }, host.ApiKey);

        answer.ShouldBe(830, "Correct format data saved");
        var row = (await host.GetAsync("/api/v1/get-telemetry-data")).Response.GetProperty("data")[0];
        Assert.Equal("""{"x":"1","y":"2.5"}""", row.GetProperty("data").GetString());
    }

    [Fact]
    public async Task Its_capability_is_its_own()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.NewApiKeyAsync("send-telemetry");

        var answer = await host.SendAsync(new(HttpMethod.Post, "/api/v1/send-telemetry?data_type=text&data_group=g&text_data=x"), key);

        answer.ShouldBe(830, "Correct format data saved");
    }
}
