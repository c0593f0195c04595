using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Security.KeyVault.Keys;

/// <summary>
/// The vault says itself whose tokens it takes: the first request to a host goes without token and body, its 401 names the
/// tenant and the scope, and later requests ask for a token with these at once.
/// </summary>
internal sealed class ChallengeBasedAuthenticationPolicy : BearerTokenAuthenticationPolicy
{
    private const string StashedContent = "KeyVaultStashedContent";

    private static readonly ConcurrentDictionary<string, Challenge> Challenges = new();

    private readonly bool _trustAnyResource;

    public ChallengeBasedAuthenticationPolicy(TokenCredential credential, bool disableChallengeResourceVerification)
        : base(credential, Array.Empty<string>()) => _trustAnyResource = disableChallengeResourceVerification;

    protected override void AuthorizeRequest(HttpMessage message) =>
        throw new NotSupportedException("Only asynchronous calls are made.");

    protected override bool AuthorizeRequestOnChallenge(HttpMessage message) =>
        throw new NotSupportedException("Only asynchronous calls are made.");

    protected override async ValueTask AuthorizeRequestAsync(HttpMessage message)
    {
        // A retry of a first request that never got its challenge, after another request got one.
        RestoreContent(message);
        if (Challenges.TryGetValue(Authority(message), out var challenge))
        {
            await AuthorizeAsync(message, challenge).ConfigureAwait(false);
        }
        else if (message.Request.Content is { } content)
        {
            message.SetProperty(StashedContent, content);
            message.Request.Content = null;
        }
    }

    protected override async ValueTask<bool> AuthorizeRequestOnChallengeAsync(HttpMessage message)
    {
        RestoreContent(message);
        if (!message.Response.Headers.TryGetValue("WWW-Authenticate", out var header) || Challenge.Parse(header) is not { } challenge)
            return false;
        if (!_trustAnyResource)
            challenge.Verify(message.Request.Uri.Host);

        Challenges[Authority(message)] = challenge;
        await AuthorizeAsync(message, challenge).ConfigureAwait(false);
        return true;
    }

    private static void RestoreContent(HttpMessage message)
    {
        if (message.Request.Content is null && message.TryGetProperty(StashedContent, out var content))
            message.Request.Content = content as RequestContent;
    }

    private static string Authority(HttpMessage message) => $"{message.Request.Uri.Host}:{message.Request.Uri.Port}";

    private ValueTask AuthorizeAsync(HttpMessage message, Challenge challenge) => AuthenticateAndAuthorizeRequestAsync(
        message,
        new TokenRequestContext([challenge.Scope], message.Request.ClientRequestId, tenantId: challenge.Tenant));

    private sealed record Challenge(string Scope, string Tenant)
    {
        /// <summary>Null for anything that names no scope or no authority.</summary>
        public static Challenge Parse(string header)
        {
            if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
                return null;
            var parameters = header["Bearer ".Length..]
                .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Select(parameter => parameter.Split('=', 2))
                .Where(pair => pair.Length == 2)
                .GroupBy(pair => pair[0], pair => pair[1].Trim('"'), StringComparer.OrdinalIgnoreCase)
                .ToDictionary(pair => pair.Key, pair => pair.First(), StringComparer.OrdinalIgnoreCase);

            var scope = parameters.TryGetValue("resource", out var resource) ? resource + "/.default" : parameters.GetValueOrDefault("scope");
            var authority = parameters.GetValueOrDefault("authorization") ?? parameters.GetValueOrDefault("authorization_uri");
            if (scope is null || !Uri.TryCreate(authority, UriKind.Absolute, out var authorityUri) || authorityUri.Segments.Length < 2)
                return null;
            return new Challenge(scope, authorityUri.Segments[1].Trim('/'));
        }

        /// <summary>A server that is not the vault's kind must not be able to ask for a token to somewhere else.</summary>
        public void Verify(string host)
        {
            if (!Uri.TryCreate(Scope, UriKind.Absolute, out var resource))
                throw new InvalidOperationException($"The challenge contains the invalid scope '{Scope}'.");
            if (!host.EndsWith("." + resource.Host, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidOperationException(
                    $"The challenge's resource '{resource.Host}' does not match the requested domain. Set DisableChallengeResourceVerification in the client's options to allow it.");
            }
        }
    }
}
