using System.Text;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>What cannot be read is a problem document, never a failure of ours, and changes nothing.</summary>
public sealed class BadRequestTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";

    public static TheoryData<string, string> Unreadable => new()
    {
        { Json, "{" },
        { Json, "[]" },
        { Json, "null" },
        { Json, "\"text\"" },
        { Json, "{\"license_key\":\"KEY\",}" },
        { Json, "{\"license_key\":\"KEY\"}{}" },
        { Json, "{\"license_key\":NaN}" },
        { Json, "{'license_key':'KEY'}" },
        { Json, "license_key=KEY&identifier=x" },
        { Json, "{\"license_key\":\"\\ud800\",\"identifier\":\"x\"}" },
        { Json, "{\"license_key\":\"KEY\",\"identifier\":\"\\udc00\\ud800\"}" },
        { Json, "{\"\\ud800\":1,\"license_key\":\"KEY\",\"identifier\":\"x\"}" },
        { Json, "{\"license_key\":\"KEY\",\"identifier\":\"x\",\"a\":" + new string('[', 40) + new string(']', 40) + "}" },
        { Json, "{\"a\":" + new string('[', 30_000) },
        { Form, "license_key=KEY&identifier=%ff" },
        { Form, "license_key=KEY&identifier=%c3%28" },
        { Form, "license_key=KEY&identifier=%ed%a0%80" },
        { Form, "license_key=KEY&identifier=x&%ff=1" },
        { "multipart/form-data", "license_key=KEY" },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=license_key\r\n\r\nKEY" },
        { "multipart/form-data; boundary=x", "no boundary at all" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_is_not_well_formed_is_400(string type, string body) => await RefusedAsync(400, type, Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData(Json, "{\"license_key\":\"KEY\",\"identifier\":\"\u00ff\"}")]
    [InlineData(Form, "license_key=KEY&identifier=\u00ff")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=license_key\r\n\r\n\u00ff\r\n--x--\r\n")]
    public async Task What_is_not_UTF_8_is_400(string type, string body) => await RefusedAsync(400, type, Encoding.Latin1.GetBytes(body));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1")]
    [InlineData(null)]
    public async Task Another_type_or_charset_is_415(string? type) => await RefusedAsync(415, type, "license_key=KEY&identifier=x"u8.ToArray());

    [Theory]
    [InlineData(Json)]
    [InlineData(Form)]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    public async Task More_than_64_KiB_is_413(string type) => await RefusedAsync(413, type, new byte[(64 * 1024) + 1]);

    [Fact]
    public async Task More_than_64_KiB_of_unknown_length_is_413()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/activate") { Content = new StreamContent(new Endless()) };
        request.Content.Headers.ContentType = new(Json);

        var answer = await api.Host.SendAsync(request, api.Host.ApiKey);

        answer.ShouldBeProblem(413);
    }

    [Fact]
    public async Task Exactly_64_KiB_are_read()
    {
        var license = await api.LicenseAsync();
        var start = $"license_key={license.Key}&identifier=x&filler=";

        var answer = await api.Host.PostBytesAsync("/api/v1/activate", Encoding.ASCII.GetBytes(start.PadRight(64 * 1024, 'f')), Form);

        answer.ShouldBe(300, "License key activated", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("license_key=%ff")]
    [InlineData("license_key=%c3%28&identifier=x")]
    [InlineData("%ff=x")]
    public async Task A_query_that_is_not_UTF_8_is_400(string query)
    {
        var post = await api.Host.SendAsync(new(HttpMethod.Post, $"/api/v1/activate?{query}"), api.Host.ApiKey);
        var get = await api.Host.SendAsync(new(HttpMethod.Get, $"/api/v1/get-all-products?{query}"), api.Host.ApiKey);

        post.ShouldBeProblem(400);
        get.ShouldBeProblem(400);
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("100%25+a", "100% a")]
    [InlineData("%u00fc", "%u00fc")]
    public async Task Bad_percent_escapes_stand_for_themselves(string sent, string meant)
    {
        var license = await api.LicenseAsync();
        var body = Encoding.ASCII.GetBytes($"license_key={license.Key}&identifier={sent}");
        await api.Host.PostBytesAsync("/api/v1/activate", body, Form);

        var answer = await api.CallAsync("verify", license, ("identifier", meant));

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData("&&&license_key={0}&&=&identifier=x&novalue&=x&")]
    [InlineData("license_key={0}&identifier=x&[]=1&a[]=2&a=3&a[]=4")]
    public async Task Odd_forms_are_read_as_far_as_they_say_something(string body)
    {
        var license = await api.LicenseAsync();

        var answer = await api.Host.PostBytesAsync("/api/v1/activate", Encoding.ASCII.GetBytes(string.Format(null, body, license.Key)), Form);

        answer.ShouldBe(300, "License key activated", SharedApi.OwnKey);
    }

    [Fact]
    public async Task A_problem_document_says_what_is_wrong_and_nothing_of_ours()
    {
        var answer = await api.Host.PostBytesAsync("/api/v1/activate", "<a/>"u8.ToArray(), "application/xml");

        var document = System.Text.Json.JsonDocument.Parse(await answer.Http.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("title status detail type", document.Names());
        Assert.Equal(415, document.GetProperty("status").GetInt32());
    }

    /// <summary>The same body to an endpoint that would change something.</summary>
    private async Task RefusedAsync(int status, string? type, byte[] body)
    {
        await api.Host.LicenseAsync(api.Own, draft => draft with { Key = $"KEY-{Guid.NewGuid()}" });
        var before = await api.Host.AllRowsAsync();

        foreach (var endpoint in new[] { "activate", "create-product" })
            (await api.Host.PostBytesAsync($"/api/v1/{endpoint}", body, type)).ShouldBeProblem(status);

        Assert.Equal(before, await api.Host.AllRowsAsync());
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
