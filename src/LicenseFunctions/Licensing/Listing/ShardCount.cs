using System.Buffers.Binary;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>
/// How many licenses of each status a shard holds, block by block: what a page and a count are found by, without reading
/// what they do not return. Packed as 4 bytes of block number and one byte for each status.
/// </summary>
public sealed class ShardCount
{
    private const int EntryBytes = 4 + Statuses;
    private const int EntriesPerProperty = RowLimits.BinaryBytes / EntryBytes;
    private const int Statuses = 6;

    private readonly SortedDictionary<long, byte[]> _blocks = [];

    /// <summary>The blocks that hold something, in order.</summary>
    public IEnumerable<long> Blocks => _blocks.Keys;

    public static ShardCount From(RowValues? values)
    {
        var count = new ShardCount();
        for (var i = 0; values?.GetBinary(Property(i)) is { } packed; i++)
        {
            for (var at = 0; at + EntryBytes <= packed.Length; at += EntryBytes)
                count._blocks[BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(at))] = packed[(at + 4)..(at + EntryBytes)];
        }

        return count;
    }

    /// <summary>Licenses of a block; of all statuses when none is named.</summary>
    public int In(long block, LicenseStatus? status) =>
        !_blocks.TryGetValue(block, out var counts) ? 0
        : status is { } one ? counts[(int)one]
        : counts.Sum(each => each);

    public int Total(LicenseStatus? status) => _blocks.Keys.Sum(block => In(block, status));

    /// <summary>Moves one license from a status to another; null stands for not being in this shard.</summary>
    public void Move(long id, LicenseStatus? from, LicenseStatus? to)
    {
        var block = ListingRows.BlockOf(id);
        if (!_blocks.TryGetValue(block, out var counts))
            _blocks[block] = counts = new byte[Statuses];
        if (from is { } before)
            counts[(int)before]--;
        if (to is { } after)
            counts[(int)after]++;
        if (counts.All(each => each == 0))
            _blocks.Remove(block);
    }

    public RowValues ToValues()
    {
        var values = new RowValues { ["schema"] = 1 };
        var i = 0;
        foreach (var entries in _blocks.Chunk(EntriesPerProperty))
        {
            var packed = new byte[entries.Length * EntryBytes];
            for (var n = 0; n < entries.Length; n++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(n * EntryBytes), (uint)entries[n].Key);
                entries[n].Value.CopyTo(packed.AsSpan((n * EntryBytes) + 4));
            }

            values[Property(i++)] = packed;
        }

        return values;
    }

    private static string Property(int i) => $"blocks{i}";
}
