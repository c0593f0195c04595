using System.Net;
using Azure.Core.Pipeline;
using LicenseFunctions.Files.Blobs;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Files.Blobs;

public sealed class BlobFaultTests : IDisposable
{
    private static readonly string Hash = new('a', 64);

    private readonly ScriptedHandler _handler = new();

    [Fact]
    public async Task A_range_is_asked_for_with_the_token_of_the_identity_and_a_version_of_the_service()
    {
        _handler.Answer(HttpStatusCode.PartialContent, "456");

        await using var stream = await Store().OpenAsync(Hash, 4, 3, default);

        var sent = Assert.Single(_handler.Sent);
        Assert.Equal($"https://acct.blob.example.invalid/downloads/{Hash}", sent.Uri.AbsoluteUri);
        Assert.Equal("bytes=4-6", sent.Headers["Range"]);
        Assert.Equal("2023-11-03", sent.Headers["x-ms-version"]);
        Assert.Equal("Bearer " + FakeCredential.Token(null, "https://storage.azure.com/.default"), sent.Headers["Authorization"]);
    }

    [Fact]
    public async Task A_throttled_service_is_tried_again()
    {
        _handler.Answer(HttpStatusCode.ServiceUnavailable, "", ("retry-after-ms", "1")).Answer(HttpStatusCode.PartialContent, "456");

        await using var stream = await Store().OpenAsync(Hash, 4, 3, default);

        Assert.NotNull(stream);
        Assert.Equal(2, _handler.Sent.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "AuthorizationPermissionMismatch")]
    [InlineData(HttpStatusCode.NotFound, "ContainerNotFound")]
    [InlineData(HttpStatusCode.OK, "")]
    public async Task What_is_set_up_wrongly_is_unavailable_and_not_a_missing_file(HttpStatusCode status, string code)
    {
        _handler.Answer(status, "", ("x-ms-error-code", code));

        var fault = await Assert.ThrowsAsync<StorageUnavailableException>(() => Store().OpenAsync(Hash, 4, 3, default));

        Assert.Contains($"{(int)status} {code}".TrimEnd(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_connection_is_unavailable()
    {
        for (var i = 0; i < 4; i++)
            _handler.Next((_, _) => throw new HttpRequestException("The connection was closed."));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store().OpenAsync(Hash, 0, 3, default));
    }

    public void Dispose() => _handler.Dispose();

    private BlobFileStore Store() => BlobFileStore.Connect(
        new("https://acct.blob.example.invalid/downloads/"), new FakeCredential(), new HttpClientTransport(new HttpClient(_handler, disposeHandler: false)));
}
