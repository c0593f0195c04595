using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LicenseFunctions.Files.Blobs;

/// <summary>
/// Files in a private container of Azure Blob Storage, read and written with the app's identity. It speaks the REST API
/// over Azure.Core, since reading a range and writing blocks is all it does.
/// </summary>
public sealed class BlobFileStore : IFileStore
{
    private const string Scope = "https://storage.azure.com/.default";
    private const string ServiceVersion = "2023-11-03";
    private const int BlockBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(60);

    private readonly HttpPipeline _pipeline;
    private readonly Uri _container;

    private BlobFileStore(Uri container, HttpPipeline pipeline) => (_container, _pipeline) = (container, pipeline);

    /// <summary>Connects lazily: nothing is asked before the first call.</summary>
    /// <param name="container">https only: <c>https://….blob.core.windows.net/downloads</c>.</param>
    /// <param name="identity">May read blobs; also write and delete them, where the command line is run.</param>
    /// <param name="transport">What carries the requests; null for HTTP.</param>
    public static BlobFileStore Connect(Uri container, TokenCredential identity, HttpPipelineTransport? transport = null)
    {
        var options = new BlobClientOptions();
        options.Retry.NetworkTimeout = TryTimeout;
        if (transport is not null)
            options.Transport = transport;
        return new(container, HttpPipelineBuilder.Build(options, new BearerTokenAuthenticationPolicy(identity, Scope)));
    }

    /// <summary>In blocks, each with its own retries, so that a large file over a slow line arrives.</summary>
    public async Task<SavedFile> SaveAsync(Stream content, CancellationToken cancel)
    {
        var saved = await ContentHash.OfAsync(content, cancel).ConfigureAwait(false);
        var list = new List<string>();
        var block = new byte[(int)Math.Min(BlockBytes, Math.Max(saved.Size, 1))];
        while (await content.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false) is var length and > 0)
        {
            // The same content has the same blocks under the same ids: two that save it at once do not disturb each other.
            list.Add(Convert.ToBase64String(BitConverter.GetBytes(list.Count)));
            await PutAsync(saved.Sha256, "?comp=block&blockid=" + Uri.EscapeDataString(list[^1]), block.AsMemory(0, length), cancel).ConfigureAwait(false);
        }

        // The latest of an id, committed or not: whoever saves the same content may have committed it in between.
        var committed = $"<BlockList>{string.Concat(list.Select(id => $"<Latest>{id}</Latest>"))}</BlockList>";
        await PutAsync(saved.Sha256, "?comp=blocklist", System.Text.Encoding.UTF8.GetBytes(committed), cancel).ConfigureAwait(false);
        return saved;
    }

    public async Task<Stream?> OpenAsync(string sha256, long from, long length, CancellationToken cancel)
    {
        using var message = Begin(RequestMethod.Get, sha256, "");
        // An empty file has no range that could be asked for.
        if (length > 0)
            message.Request.Headers.Add("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={from}-{from + length - 1}"));
        message.BufferResponse = false;
        await SendAsync(message, cancel).ConfigureAwait(false);
        return message.Response.Status switch
        {
            200 when from == 0 => message.ExtractResponseContent(),
            206 => message.ExtractResponseContent(),
            404 when IsBlobMissing(message.Response) => null,
            _ => throw BlobFaults.Refused(message.Response),
        };
    }

    public async Task DeleteAsync(string sha256, CancellationToken cancel)
    {
        using var message = Begin(RequestMethod.Delete, sha256, "");
        await SendAsync(message, cancel).ConfigureAwait(false);
        if (message.Response.Status != 202 && !(message.Response.Status == 404 && IsBlobMissing(message.Response)))
            throw BlobFaults.Refused(message.Response);
    }

    private async Task PutAsync(string sha256, string query, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        using var message = Begin(RequestMethod.Put, sha256, query);
        message.Request.Content = RequestContent.Create(body);
        await SendAsync(message, cancel).ConfigureAwait(false);
        if (message.Response.Status != 201)
            throw BlobFaults.Refused(message.Response);
    }

    private HttpMessage Begin(RequestMethod method, string sha256, string query)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri($"{_container.AbsoluteUri.TrimEnd('/')}/{ContentHash.Check(sha256)}{query}"));
        message.Request.Headers.Add("x-ms-version", ServiceVersion);
        return message;
    }

    private async Task SendAsync(HttpMessage message, CancellationToken cancel)
    {
        try
        {
            await _pipeline.SendAsync(message, cancel).ConfigureAwait(false);
        }
        catch (Exception fault) when (BlobFaults.IsTransient(fault))
        {
            cancel.ThrowIfCancellationRequested();
            throw BlobFaults.Unavailable(fault);
        }
    }

    /// <summary>A container that is missing is a mistake in the settings, not a file that is not there.</summary>
    private static bool IsBlobMissing(Response answer) =>
        !answer.Headers.TryGetValue("x-ms-error-code", out var code) || code != "ContainerNotFound";
}
