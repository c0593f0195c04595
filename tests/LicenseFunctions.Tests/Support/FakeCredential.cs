using Azure.Core;

namespace LicenseFunctions.Tests.Support;

/// <summary>Gives out tokens that say what they were asked for, so that a fake service can check it.</summary>
public sealed class FakeCredential : TokenCredential
{
    private int _tokens;

    /// <summary>Tokens asked for so far.</summary>
    public int Tokens => Volatile.Read(ref _tokens);

    /// <summary>The token for a tenant and scope.</summary>
    public static string Token(string? tenant, string scope) => $"{tenant} {scope}".Replace(' ', '|');

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _tokens);
        return new AccessToken(Token(requestContext.TenantId, string.Join(' ', requestContext.Scopes)), DateTimeOffset.UtcNow.AddHours(1));
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
