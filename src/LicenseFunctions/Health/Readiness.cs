using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Health;

/// <summary>Whether the store takes a write and the global key signs, as of a second ago at most.</summary>
public sealed class Readiness(ITableStore store, ISigner signer, SigningKeys keys, TimeProvider time)
{
    /// <summary>Of rows that a timer removes when they are old, and that need not survive a loss of power.</summary>
    private const string Partition = "health";
    private const string Row = "window";

    /// <summary>Both parts are asked at once, and an answer is owed within two seconds.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1.5);

    private HealthPart? _store;
    private HealthPart? _signing;
    private string? _etag;

    public async Task<HealthReport> CheckAsync()
    {
        var writes = LazyInitializer.EnsureInitialized(ref _store, () => new(WriteAsync, time, Within)).IsWellAsync();
        var signs = LazyInitializer.EnsureInitialized(ref _signing, () => new(SignAsync, time, Within)).IsWellAsync();
        return new(await writes.ConfigureAwait(false), await signs.ConfigureAwait(false));
    }

    /// <summary>A conditional write, as every change of a license is one.</summary>
    private async Task WriteAsync()
    {
        var values = new RowValues { ["schema"] = 1, ["written_at"] = time.GetUtcNow().ToUnixTimeMilliseconds() };
        // Refused twice, it was written by others in between, who share the row: the store takes writes.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var change = _etag is { } known ? RowChange.Replace(Row, values, known) : RowChange.Insert(Row, values);
            var result = await store.CommitAsync(TableNames.Limits, Partition, [change], CancellationToken.None).ConfigureAwait(false);
            if (result.Committed)
            {
                _etag = result.ETags[0];
                return;
            }

            _etag = (await store.FindAsync(TableNames.Limits, Partition, Row, CancellationToken.None).ConfigureAwait(false))?.ETag;
        }
    }

    /// <summary>Past the cache of signatures, whose answer would say nothing of the key.</summary>
    private async Task SignAsync()
    {
        var key = await keys.GlobalAsync(CancellationToken.None).ConfigureAwait(false);
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"health {time.GetUtcNow():O}")));
        await signer.SignAsync(key, digest, CancellationToken.None).ConfigureAwait(false);
    }
}

/// <summary>Which parts work.</summary>
public sealed record HealthReport(bool Store, bool Signing)
{
    public bool IsReady => Store && Signing;
}
