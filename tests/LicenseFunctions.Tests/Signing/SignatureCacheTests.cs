using System.Text;
using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing;

public sealed class SignatureCacheTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly SigningKey Key = FakeSigner.NewKey("global");

    private readonly FakeSigner _signer = new();
    private readonly SignatureCache _cache;

    public SignatureCacheTests() => _cache = new SignatureCache(_signer, capacity: 8);

    [Fact]
    public async Task A_hundred_callers_at_once_cost_one_signing()
    {
        var answer = new TaskCompletionSource();
        _signer.Until = answer.Task;

        var calls = Enumerable.Range(0, 100).Select(_ => Task.Run(() => SignAsync("payload"))).ToArray();
        await Eventually(() => _cache.Made + _cache.Reused == 100);
        answer.SetResult();
        var signatures = await Task.WhenAll(calls);

        Assert.Equal((1, 1L, 99L), (_signer.Signings, _cache.Made, _cache.Reused));
        Assert.All(signatures, signature => Assert.Same(signatures[0], signature));
        Assert.Equal(Key.KeyId, signatures[0].KeyId);
    }

    [Fact]
    public async Task A_later_caller_gets_the_signature_that_was_made()
    {
        var first = await SignAsync("payload");

        Assert.Same(first, await SignAsync("payload"));
        Assert.Equal(1, _signer.Signings);
    }

    [Fact]
    public async Task Another_payload_and_another_key_are_signed_anew()
    {
        await SignAsync("payload");
        await SignAsync("other payload");
        await _cache.SignAsync(FakeSigner.NewKey("global"), "payload"u8.ToArray(), None);

        Assert.Equal(3, _signer.Signings);
    }

    [Fact]
    public async Task Only_so_many_are_kept_and_the_oldest_goes()
    {
        for (var i = 0; i < 100; i++)
            await SignAsync($"payload {i}");

        Assert.Equal(8, _cache.Count);
        await SignAsync("payload 99");
        await SignAsync("payload 92");
        Assert.Equal(100, _signer.Signings);
        await SignAsync("payload 91");
        Assert.Equal(101, _signer.Signings);
    }

    [Fact]
    public async Task A_failure_goes_to_all_who_wait_and_is_not_kept()
    {
        var answer = new TaskCompletionSource();
        (_signer.Until, _signer.Failure) = (answer.Task, new SigningUnavailableException());

        var calls = Enumerable.Range(0, 10).Select(_ => SignAsync("payload")).ToArray();
        answer.SetResult();
        foreach (var call in calls)
            await Assert.ThrowsAsync<SigningUnavailableException>(() => call);

        Assert.Equal((1, 0), (_signer.Signings, _cache.Count));
        _signer.Failure = null;
        Assert.Equal(Key.KeyId, (await SignAsync("payload")).KeyId);
    }

    [Fact]
    public async Task One_callers_cancellation_is_its_own()
    {
        var answer = new TaskCompletionSource();
        _signer.Until = answer.Task;
        using var leaving = new CancellationTokenSource();

        var starter = _cache.SignAsync(Key, "payload"u8.ToArray(), leaving.Token).AsTask();
        var waiter = SignAsync("payload");
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starter);
        answer.SetResult();
        Assert.Equal(Key.KeyId, (await waiter).KeyId);
        Assert.Equal(1, _signer.Signings);
    }

    [Fact]
    public async Task An_operation_that_the_signer_abandoned_does_not_look_like_the_callers_cancellation()
    {
        _signer.Failure = new TaskCanceledException();

        await Assert.ThrowsAsync<SigningUnavailableException>(() => SignAsync("payload"));
    }

    private static async Task Eventually(Func<bool> condition)
    {
        while (!condition())
            await Task.Yield();
    }

    private Task<Signature> SignAsync(string payload) => _cache.SignAsync(Key, Encoding.ASCII.GetBytes(payload), None).AsTask();
}
