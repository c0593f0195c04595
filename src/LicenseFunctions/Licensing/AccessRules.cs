using System.Net;
using System.Text.Json;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>The addresses and identifiers that are refused everywhere, as their row has them.</summary>
public sealed record BlockRules(IReadOnlyList<string> Ips, IReadOnlyList<string> Identifiers)
{
    public static BlockRules None { get; } = new([], []);

    /// <summary>These and the given rules; the very same when all of them are here already.</summary>
    public BlockRules With(IEnumerable<IpRange> ips, IEnumerable<string> identifiers)
    {
        string[] newIps = [.. ips.Distinct().Where(range => !Has(range)).Select(range => range.ToString())];
        string[] newIdentifiers = [.. identifiers.DistinctBy(AccessRules.Comparable).Where(identifier => !Has(identifier))];
        return newIps.Length + newIdentifiers.Length == 0 ? this : new([.. Ips, .. newIps], [.. Identifiers, .. newIdentifiers]);
    }

    /// <summary>These rules without the given ones.</summary>
    public BlockRules Without(IReadOnlyCollection<IpRange> ips, IEnumerable<string> identifiers)
    {
        var gone = identifiers.Select(AccessRules.Comparable).ToHashSet(StringComparer.Ordinal);
        return new(
            [.. Ips.Where(ip => !ips.Contains(IpRange.Parse(ip)))],
            [.. Identifiers.Where(identifier => !gone.Contains(AccessRules.Comparable(identifier)))]);
    }

    public bool Has(IpRange range) => Ips.Any(ip => IpRange.Parse(ip) == range);

    public bool Has(string identifier) =>
        Identifiers.Select(AccessRules.Comparable).Contains(AccessRules.Comparable(identifier), StringComparer.Ordinal);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BlockRulesJson.Default.BlockRules);

    public static BlockRules FromJson(byte[]? json) =>
        json is null ? None : JsonSerializer.Deserialize(json, BlockRulesJson.Default.BlockRules) ?? None;
}

[System.Text.Json.Serialization.JsonSerializable(typeof(BlockRules))]
[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class BlockRulesJson : System.Text.Json.Serialization.JsonSerializerContext;

/// <summary>All block rules, in one row (and its copies) that is read for every request and parsed again only when it changed.</summary>
public sealed class AccessRules(ITableStore store, TimeProvider time, LicensingOptions options)
{
    private const string Partition = "rules";
    private const string RuleRow = "rules";
    private const string Property = "rules";

    private readonly CopiedRow _row = new(store, time, TableNames.Access, Partition, RuleRow);
    private readonly SecondReads? _second = options.StorageProvider == StorageProvider.AzureTables ? new(time) : null;
    private readonly Parsed?[] _parsed = new Parsed?[CopiedRow.Copies];

    /// <summary>Says whether neither the address nor the identifier is blocked. One read.</summary>
    public async Task<bool> AdmitsAsync(IPAddress? address, string? identifier, CancellationToken cancel) =>
        await _row.FindAnyAsync(out var copy, cancel).ConfigureAwait(false) is not { } row || Admits(row, copy, address, identifier);

    /// <summary>
    /// The same for a request that waits for little else. Over a service with latencies of its own it makes two reads, while
    /// this instance has few such requests.
    /// </summary>
    public Task<bool> AdmitsSoonAsync(IPAddress? address, string? identifier, CancellationToken cancel) =>
        _second?.TryTake() == true ? SoonestAdmitsAsync(_second, address, identifier, cancel) : AdmitsAsync(address, identifier, cancel);

    private async Task<bool> SoonestAdmitsAsync(SecondReads second, IPAddress? address, string? identifier, CancellationToken cancel)
    {
        try
        {
            var (row, copy) = await _row.FindSoonestAsync(cancel).ConfigureAwait(false);
            return row is null || Admits(row, copy, address, identifier);
        }
        catch (StorageUnavailableException)
        {
            second.Pause();
            throw;
        }
    }

    private bool Admits(Row row, int copy, IPAddress? address, string? identifier)
    {
        var rules = Volatile.Read(ref _parsed[copy]);
        if (rules?.ETag != row.ETag)
            Volatile.Write(ref _parsed[copy], rules = Parse(row));
        return !rules.Blocks(address) && (identifier is null || rules.Identifiers.Count == 0 || !rules.Identifiers.Contains(Comparable(identifier)));
    }

    public async Task<BlockRules> ListAsync(CancellationToken cancel) =>
        BlockRules.FromJson((await _row.FindFirstAsync(cancel).ConfigureAwait(false))?.Values.GetBinary(Property));

    /// <summary>Changes the rules; writes nothing when they stay the very same. Throws <see cref="ArgumentException"/> when they would not fit into their row (64 KiB).</summary>
    public Task<BlockRules> ChangeAsync(Func<BlockRules, BlockRules> change, CancellationToken cancel) =>
        ConflictRetry.RunAsync(() => TryChangeAsync(change, cancel), time, cancel);

    /// <summary>Identifiers that are host names are compared as such; others to the letter.</summary>
    public static string Comparable(string identifier) => HostName.TryNormalize(identifier, out var host) ? host : identifier;

    private async Task<BlockRules?> TryChangeAsync(Func<BlockRules, BlockRules> change, CancellationToken cancel)
    {
        var row = await _row.FindFirstAsync(cancel).ConfigureAwait(false);
        var before = BlockRules.FromJson(row?.Values.GetBinary(Property));
        var rules = change(before);
        if (ReferenceEquals(rules, before))
            return rules;
        var json = rules.ToJson();
        if (json.Length > RowLimits.BinaryBytes)
            throw new ArgumentException($"The block rules have at most {RowLimits.BinaryBytes} bytes together; remove some first.");
        var values = new RowValues { ["schema"] = 1, [Property] = json };
        return await _row.TryChangeAsync(row, values, cancel).ConfigureAwait(false) ? rules : null;
    }

    /// <summary>Finishes a change that died; before the first request and now and then.</summary>
    public Task FinishChangesAsync(CancellationToken cancel) => _row.SpreadAsync(cancel);

    private static Parsed Parse(Row row)
    {
        var rules = BlockRules.FromJson(row.Values.GetBinary(Property));
        return new(row.ETag, [.. rules.Ips.Select(IpRange.Parse)], new(rules.Identifiers.Select(Comparable), StringComparer.Ordinal));
    }

    private sealed record Parsed(string ETag, IpRange[] Ranges, HashSet<string> Identifiers)
    {
        public bool Blocks(IPAddress? address)
        {
            foreach (var range in Ranges)
            {
                if (address is not null && range.Contains(address))
                    return true;
            }

            return false;
        }
    }
}
