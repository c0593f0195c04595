using System.Text.Json;

namespace LicenseFunctions.Tests.Support;

/// <summary>An answer of the domain API.</summary>
public sealed class DomainReply
{
    private DomainReply(HttpResponseMessage http, string text) => (Http, Text) = (http, text);

    public HttpResponseMessage Http { get; }

    public int Status => (int)Http.StatusCode;

    public string Text { get; }

    public JsonElement Body => JsonDocument.Parse(Text).RootElement;

    public string? Error => Body.TryGetProperty("error", out var error) ? error.GetString() : null;

    public static async Task<DomainReply> ReadAsync(HttpResponseMessage http) => new(http, await http.Content.ReadAsStringAsync());

    public string Header(string name) => Assert.Single(Http.Headers.GetValues(name));

    /// <summary>Asserts the whole body, to the byte, and the status.</summary>
    public void ShouldBe(int status, string json)
    {
        Assert.Equal(json, Text);
        Assert.Equal(status, Status);
    }
}
