using LicenseFunctions.Signing;
using LicenseFunctions.Signing.KeyVault;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing.KeyVault;

public sealed class KeyVaultFaultTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private FakeVault _vault = null!;
    private KeyVaultSigner _signer = null!;
    private SigningKey _key = null!;

    public async Task InitializeAsync()
    {
        _vault = await FakeVault.StartAsync();
        _signer = _vault.CreateSigner();
        _key = await _signer.CreateAsync("global", None);
    }

    public async Task DisposeAsync() => await _vault.DisposeAsync();

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    public async Task A_passing_fault_is_retried(int status)
    {
        _vault.Fail(times: 2, status);

        Assert.Equal(256, (await SignAsync()).Length);
        Assert.Equal(1, _vault.Signings);
    }

    [Fact]
    public async Task A_lost_connection_is_retried()
    {
        _vault.Drop(times: 1);

        Assert.Equal(256, (await SignAsync()).Length);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Throttling_that_lasts_is_told_with_the_vaults_own_delay_and_not_waited_for(int status)
    {
        _vault.Fail(times: 1, status, retryAfterSeconds: 17);

        var failure = await Assert.ThrowsAsync<SigningUnavailableException>(SignAsync);

        Assert.Equal(TimeSpan.FromSeconds(17), failure.RetryAfter);
        Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(256, (await SignAsync()).Length);
    }

    [Fact]
    public async Task A_fault_that_does_not_pass_is_retried_three_times_and_told()
    {
        _vault.Fail(times: 4, status: 503);
        var before = _vault.Requests.Count;

        await Assert.ThrowsAsync<SigningUnavailableException>(SignAsync);

        Assert.Equal(4, _vault.Requests.Count - before);
    }

    [Fact]
    public async Task A_refusal_is_told_and_not_retried()
    {
        _vault.Fail(times: 1, status: 403);
        var before = _vault.Requests.Count;

        var failure = await Assert.ThrowsAsync<SigningUnavailableException>(SignAsync);

        Assert.Contains("403", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, _vault.Requests.Count - before);
    }

    [Fact]
    public async Task Listing_and_creating_fail_the_same_way()
    {
        _vault.Fail(times: 2, status: 403);

        await Assert.ThrowsAsync<SigningUnavailableException>(() => _signer.ListAsync("global", None));
        await Assert.ThrowsAsync<SigningUnavailableException>(() => _signer.CreateAsync("product-1", None));
    }

    [Fact]
    public async Task A_caller_who_leaves_a_slow_vault_is_cancelled()
    {
        _vault.Delay = TimeSpan.FromSeconds(30);
        using var leaving = new CancellationTokenSource();

        var signing = _signer.SignAsync(_key, new byte[32], leaving.Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signing);
    }

    [Fact]
    public async Task A_vault_that_is_not_there_is_unavailable()
    {
        await _vault.StopAsync();

        await Assert.ThrowsAsync<SigningUnavailableException>(SignAsync);
    }

    private Task<byte[]> SignAsync() => _signer.SignAsync(_key, new byte[32], None);
}
