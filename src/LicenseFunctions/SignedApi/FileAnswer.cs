using System.Globalization;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;

namespace LicenseFunctions.SignedApi;

/// <summary>Sends a file, or the range of it that was asked for.</summary>
/// <param name="file">The version.</param>
/// <param name="range">Which part of it.</param>
/// <param name="content">That part; null where the range is not in the file.</param>
public sealed class FileAnswer(Download file, FileRange range, Stream? content) : ICodedResult
{
    string ICodedResult.Code => range.Status.ToString(CultureInfo.InvariantCulture);

    LimitKind ICodedResult.LimitedBy => LimitKind.None;

    private const int BufferBytes = 64 * 1024;

    /// <summary>A version's file never changes under its hash, so the hash is its tag.</summary>
    public static EntityTagHeaderValue TagOf(Download file) => new($"\"{file.Sha256}\"");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = range.Status;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = TagOf(file).ToString();
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (range.ContentRange(file.Size) is { } contentRange)
            response.Headers.ContentRange = contentRange;
        if (content is null)
        {
            response.ContentLength = 0;
            return;
        }

        response.ContentType = "application/octet-stream";
        response.ContentLength = range.Length;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        await StreamCopyOperation.CopyToAsync(content, response.Body, range.Length, BufferBytes, httpContext.RequestAborted).ConfigureAwait(false);
    }
}
