using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// Makes the first API key of a store that has none. Of several processes that start at once one makes it: whoever
/// claims the right by a row, or takes the claim over from one that died with it.
/// </summary>
public sealed class FirstApiKey(ITableStore store, ApiKeys apiKeys, TimeProvider time)
{
    internal const string Partition = "first";
    internal const string ClaimRow = "claim";

    /// <summary>Longer than a store call can take, so that whoever made the claim has made the key by then, or never will.</summary>
    private static readonly TimeSpan ClaimHolds = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Creates the key with every capability, unless there is one.</summary>
    /// <param name="secret">The key; null to have one made up.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The secret and the key when one was created, else null.</returns>
    public async Task<(string Secret, ApiKey Key)?> EnsureAsync(string? secret, CancellationToken cancel)
    {
        // Whoever holds the claim may have died with it: without waiting, this process would go on without a key.
        while (!await apiKeys.AnyAsync(cancel).ConfigureAwait(false))
        {
            if (!await ClaimAsync(cancel).ConfigureAwait(false))
                await Task.Delay(Look, time, cancel).ConfigureAwait(false);
            else if (!await apiKeys.AnyAsync(cancel).ConfigureAwait(false))
                return await CreateAsync(secret ?? ApiKeys.NewKey(), cancel).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<(string Secret, ApiKey Key)?> CreateAsync(string secret, CancellationToken cancel)
    {
        var draft = new ApiKey { Hash = "", Name = "first", Capabilities = [ApiKey.AllCapabilities] };
        return await apiKeys.CreateAsync(secret, draft, cancel).ConfigureAwait(false) is { } key ? (secret, key) : null;
    }

    private async Task<bool> ClaimAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var claim = new RowValues { ["schema"] = 1, ["claimed_at"] = now };
        var row = await store.FindAsync(TableNames.ApiKeys, Partition, ClaimRow, cancel).ConfigureAwait(false);
        if (row is not null && Math.Abs(now - row.Values.GetNumber("claimed_at")) < ClaimHolds.TotalMilliseconds)
            return false;
        var result = await store.CommitAsync(
            TableNames.ApiKeys, Partition,
            [row is null ? RowChange.Insert(ClaimRow, claim) : RowChange.Replace(ClaimRow, claim, row.ETag)], cancel).ConfigureAwait(false);
        return result.Committed;
    }
}
