using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing;

public sealed class SigningKeysTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeSigner _signer = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly SigningKeys _keys;

    public SigningKeysTests() => _keys = new SigningKeys(_signer, new SignatureCache(_signer), _clock);

    [Fact]
    public async Task The_global_key_is_made_on_first_use_once_for_all_callers()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await _keys.GlobalAsync(None))));

        Assert.Single(keys.Distinct());
        Assert.Same(keys[0], await _keys.GlobalAsync(None));
        Assert.Equal(1, _signer.Listings);
        Assert.Equal("global", Assert.Single(await _keys.AllAsync(None)).Name);
    }

    [Fact]
    public async Task An_existing_global_key_is_used()
    {
        var existing = _signer.Add("global");

        Assert.Same(existing, await _keys.GlobalAsync(None));
        Assert.Equal(0, _signer.Creations);
    }

    [Fact]
    public async Task Only_a_current_key_signs()
    {
        _signer.Add("product-1", SigningKeyState.Announced);
        _signer.Add("product-1", SigningKeyState.Previous);

        Assert.Null(await _keys.FindAsync("product-1", None));
    }

    [Fact]
    public async Task A_name_that_is_not_remembered_is_looked_up_once_a_second_at_most()
    {
        _signer.Add("global");
        await _keys.GlobalAsync(None);
        for (var i = 0; i < 10; i++)
            Assert.Null(await _keys.FindAsync("product-7", None));
        Assert.Equal(2, _signer.Listings);

        var added = _signer.Add("product-7");
        Assert.Null(await _keys.FindAsync("product-7", None));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(added, await _keys.FindAsync("product-7", None));
        Assert.Same(added, await _keys.FindAsync("product-7", None));
        Assert.Equal(3, _signer.Listings);
    }

    [Fact]
    public async Task A_key_that_was_there_before_is_found_whatever_else_was_asked_for()
    {
        var keys = Enumerable.Range(0, 10).Select(i => _signer.Add($"product-{i}")).ToArray();

        foreach (var key in keys)
            Assert.Same(key, await _keys.FindAsync(key.Name, None));
        Assert.Equal(keys.Select(key => key.Name).Prepend("global"), (await _keys.AllAsync(None)).Select(key => key.Name));
    }

    [Fact]
    public async Task A_created_key_is_found_at_once()
    {
        await _keys.GlobalAsync(None);
        Assert.Null(await _keys.FindAsync("product-1", None));

        var created = await _keys.CreateAsync("product-1", None);

        Assert.Same(created, await _keys.FindAsync("product-1", None));
        Assert.Equal(["global", "product-1"], (await _keys.AllAsync(None)).Select(key => key.Name));
    }

    [Fact]
    public async Task The_old_listing_serves_while_one_refresh_runs()
    {
        var old = _signer.Add("global");
        await _keys.GlobalAsync(None);
        var answer = new TaskCompletionSource();
        _clock.Advance(TimeSpan.FromSeconds(31));
        _signer.Until = answer.Task;
        _signer.Remove(old);
        var changed = _signer.Add("global");

        for (var i = 0; i < 10; i++)
            Assert.Same(old, await _keys.GlobalAsync(None));
        answer.SetResult();
        while (await _keys.GlobalAsync(None) == old)
            await Task.Yield();

        Assert.Same(changed, await _keys.GlobalAsync(None));
        Assert.Equal(2, _signer.Listings);
    }

    [Fact]
    public async Task A_failed_refresh_leaves_the_old_listing_and_is_tried_again()
    {
        var old = _signer.Add("global");
        await _keys.GlobalAsync(None);
        _signer.Failure = new SigningUnavailableException();
        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Same(old, await _keys.GlobalAsync(None));
        var product = async () => await _keys.FindAsync("product-1", None);
        await Assert.ThrowsAsync<SigningUnavailableException>(product);
        Assert.Same(old, await _keys.GlobalAsync(None));

        _signer.Failure = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _keys.FindAsync("product-1", None));
    }

    [Fact]
    public async Task A_listing_that_fails_at_first_is_tried_again_a_second_later()
    {
        var global = async () => await _keys.GlobalAsync(None);
        _signer.Failure = new SigningUnavailableException();
        await Assert.ThrowsAsync<SigningUnavailableException>(global);
        await Assert.ThrowsAsync<SigningUnavailableException>(global);
        Assert.Equal(1, _signer.Listings);

        _signer.Failure = null;
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("global", (await global()).Name);
    }

    [Fact]
    public async Task A_creation_that_fails_is_tried_again_a_second_later()
    {
        Assert.Null(await _keys.FindAsync("global", None));
        _signer.Failure = new SigningUnavailableException();
        var global = async () => await _keys.GlobalAsync(None);
        await Assert.ThrowsAsync<SigningUnavailableException>(global);
        await Assert.ThrowsAsync<SigningUnavailableException>(global);
        Assert.Equal(1, _signer.Creations);

        _signer.Failure = null;
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("global", (await global()).Name);
    }

    [Fact]
    public async Task A_callers_cancellation_does_not_cancel_the_listing_for_others()
    {
        var answer = new TaskCompletionSource();
        _signer.Until = answer.Task;
        using var leaving = new CancellationTokenSource();

        var left = _keys.FindAsync("global", leaving.Token).AsTask();
        var waiting = _keys.GlobalAsync(None).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        answer.SetResult();

        Assert.Equal("global", (await waiting).Name);
    }
}
