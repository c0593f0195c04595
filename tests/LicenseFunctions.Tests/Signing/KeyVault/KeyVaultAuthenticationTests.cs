using Azure;
using Azure.Security.KeyVault.Keys;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.KeyVault;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing.KeyVault;

public sealed class KeyVaultAuthenticationTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private FakeVault _vault = null!;

    public async Task InitializeAsync() => _vault = await FakeVault.StartAsync();

    public async Task DisposeAsync() => await _vault.DisposeAsync();

    [Fact]
    public async Task A_token_is_asked_for_once_per_client_not_per_call()
    {
        var signer = _vault.CreateSigner();
        var key = await signer.CreateAsync("global", None);
        for (var i = 0; i < 5; i++)
            await signer.SignAsync(key, new byte[32], None);

        Assert.Equal(1, _vault.Credential.Tokens);
    }

    [Fact]
    public async Task A_vault_whose_name_is_not_under_the_challenges_resource_gets_no_token()
    {
        var elsewhere = KeyVaultSigner.Create(Elsewhere(), _vault.Credential, TimeProvider.System, _vault.Transport);

        var failure = await Assert.ThrowsAsync<SigningUnavailableException>(() => elsewhere.ListAsync("global", None));

        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal(0, _vault.Credential.Tokens);
    }

    [Fact]
    public async Task Unless_its_client_was_told_to_trust_any_resource()
    {
        var options = new KeyClientOptions { Transport = _vault.Transport, DisableChallengeResourceVerification = true };
        var client = new KeyClient(Elsewhere(), _vault.Credential, options);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => client.GetKeyAsync("global"));

        Assert.Equal((401, 1), (refused.Status, _vault.Credential.Tokens));
    }

    [Fact]
    public async Task A_plain_http_vault_gets_no_token()
    {
        var plain = KeyVaultSigner.Create(new Uri("http://plain.vault.azure.net"), _vault.Credential, TimeProvider.System, _vault.Transport);

        await Assert.ThrowsAsync<SigningUnavailableException>(() => plain.ListAsync("global", None));

        Assert.Equal(0, _vault.Credential.Tokens);
    }

    private static Uri Elsewhere() => new($"https://vault-{Guid.NewGuid():N}.example");
}
