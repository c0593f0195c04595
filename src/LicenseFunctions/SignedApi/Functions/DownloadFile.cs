using LicenseFunctions.Files;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// GET /api/v1/download/…: the file of a version, or a range of it; 700 there is none, 701 the token is not good for it or
/// the identifier is not active. A token stands in the place of the API key, which is accepted as well.
/// </summary>
public sealed class DownloadFile(DownloadGate gate, Downloads downloads, IFileStore files)
{
    [Function(nameof(DownloadFile))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DownloadPath.Route)] HttpRequest request,
        CancellationToken cancel)
    {
        var path = DownloadPath.Read(request);
        return gate.AnswerAsync(request, path, license => OpenAsync(request, path, license, cancel), cancel);
    }

    private async Task<SignedAnswer> OpenAsync(HttpRequest request, DownloadPath path, LicenseReading license, CancellationToken cancel)
    {
        var file = path.NumericVersion is { } number
            ? await downloads.FindAsync(license.License!.ProductId, number, cancel).ConfigureAwait(false)
            : null;
        if (file is not { IsPublished: true })
            return SignedCall.AnswerFor(license.Product, ResultCodes.FileUnknown);
        var range = FileRange.Of(request, file.Size, FileAnswer.TagOf(file));
        if (range.Status == StatusCodes.Status416RangeNotSatisfiable)
            return Send(file, range, null);
        var content = await files.OpenAsync(file.Sha256, range.From, range.Length, cancel).ConfigureAwait(false);
        if (content is null)
            return SignedCall.AnswerFor(license.Product, ResultCodes.FileUnknown);
        request.HttpContext.Response.RegisterForDisposeAsync(content);
        if (range.IsBeginning)
            await downloads.CountAsync(file).ConfigureAwait(false);
        return Send(file, range, content);
    }

    private static SignedAnswer Send(Download file, FileRange range, Stream? content) =>
        SignedCall.Answer(ResultCodes.Downloads) with { Instead = new FileAnswer(file, range, content) };
}
