using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetTelemetryTests
{
    [Fact]
    public async Task What_is_there_is_retrieved()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync("/api/v1/send-telemetry", ("data_type", "text"), ("data_group", "g"), ("text_data", "hello/ü"), ("license_key", "L-1"));

        var answer = await host.GetAsync("/api/v1/get-telemetry?license_key=L-1&has_red_flags=1");

        answer.ShouldBe(900, "Telemetry data retrieved");
        Assert.Equal("hello/ü", answer.Response.GetProperty("data")[0].GetProperty("data").GetString());
    }

    [Fact]
    public async Task Where_nothing_is_there_is_no_data()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/v1/get-telemetry?license_key=L-1");

        answer.ShouldBe(902, "No telemetry data found");
        Assert.False(answer.Response.TryGetProperty("data", out _));
    }
}
