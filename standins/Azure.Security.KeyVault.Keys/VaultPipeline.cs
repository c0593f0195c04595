using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Requests to one vault: Azure.Core's retries and diagnostics around the vault's own authentication.</summary>
internal sealed class VaultPipeline
{
    private readonly HttpPipeline _pipeline;
    private readonly string _apiVersion;

    public VaultPipeline(ClientOptions options, string apiVersion, TokenCredential credential, bool disableChallengeResourceVerification)
    {
        _pipeline = HttpPipelineBuilder.Build(options, new ChallengeBasedAuthenticationPolicy(credential, disableChallengeResourceVerification));
        _apiVersion = apiVersion;
    }

    /// <summary>Sends a request to a path under <paramref name="uri"/>; <paramref name="path"/> may be null.</summary>
    public Task<(Response Response, JsonDocument Document)> SendAsync(
        RequestMethod method, Uri uri, string path, byte[] body, CancellationToken cancellationToken)
    {
        var builder = new RequestUriBuilder();
        builder.Reset(uri);
        if (path is not null)
            builder.AppendPath(path, escape: false);
        builder.AppendQuery("api-version", _apiVersion);
        return SendAsync(method, builder, body, cancellationToken);
    }

    /// <summary>Follows a link that the vault gave, which carries its version and place.</summary>
    public Task<(Response Response, JsonDocument Document)> FollowAsync(string nextLink, CancellationToken cancellationToken)
    {
        var builder = new RequestUriBuilder();
        builder.Reset(new Uri(nextLink));
        return SendAsync(RequestMethod.Get, builder, null, cancellationToken);
    }

    private async Task<(Response Response, JsonDocument Document)> SendAsync(
        RequestMethod method, RequestUriBuilder uri, byte[] body, CancellationToken cancellationToken)
    {
        using var request = _pipeline.CreateRequest();
        request.Method = method;
        request.Uri = uri;
        request.Headers.Add(HttpHeader.Common.JsonAccept);
        if (body is not null)
        {
            request.Headers.Add(HttpHeader.Common.JsonContentType);
            request.Content = RequestContent.Create(body);
        }

        var response = await _pipeline.SendRequestAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsError)
            throw new RequestFailedException(response);
        return (response, JsonDocument.Parse(response.Content));
    }
}
