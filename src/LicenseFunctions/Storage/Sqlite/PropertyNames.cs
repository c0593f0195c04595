using System.Text;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The names of properties: a few that are in nearly every row have numbers, and the others that rows use are remembered, so
/// that reading a row does not make them again.
/// </summary>
internal static class PropertyNames
{
    /// <summary>Their numbers are in the files: a row of version 2 names these so. One more, or another order, is another version.</summary>
    private static readonly string[] Numbered =
    [
        "schema", "license_id", "verification_count", "last_verified_at", "latest_hash", "latest_verification_count",
        "latest_last_verified_at", "verify", "signed", "license_key", "id", "product_id", "status", "owner_name", "owner_email",
        "activation_limit", "validity", "assigned_at", "created_at", "updated_at", "active_count", "revision", "contract_id",
        "latest_identifier", "latest_activated_at", "features", "identifier", "activated_at", "instants", "written_at",
    ];

    private static readonly string?[] Slots = new string?[1024];
    private static readonly sbyte[] Numbers = NumberAll();

    /// <summary>The number of a name, or -1.</summary>
    public static int NumberOf(string name)
    {
        for (var slot = Slot(name); Numbers[slot] is var number and >= 0; slot = (slot + 1) % Numbers.Length)
        {
            if (string.Equals(Numbered[number], name, StringComparison.Ordinal))
                return number;
        }

        return -1;
    }

    public static string Get(int number) => Numbered[number];

    /// <summary>A slot that two names share changes hands; threads may overwrite each other, each reads a whole string either way.</summary>
    public static string Get(ReadOnlySpan<byte> utf8)
    {
        var hash = (uint)utf8.Length;
        foreach (var b in utf8)
            hash = (hash * 31) + b;
        ref var slot = ref Slots[(hash ^ (hash >> 12)) % (uint)Slots.Length];
        var known = slot;
        if (known is not null && Ascii.Equals(utf8, known))
            return known;
        return slot = RowEncoder.Utf8.GetString(utf8);
    }

    private static sbyte[] NumberAll()
    {
        var numbers = new sbyte[128];
        Array.Fill(numbers, (sbyte)-1);
        for (var i = 0; i < Numbered.Length; i++)
        {
            var slot = Slot(Numbered[i]);
            while (numbers[slot] >= 0)
                slot = (slot + 1) % numbers.Length;
            numbers[slot] = (sbyte)i;
        }

        return numbers;
    }

    private static int Slot(string name) => name.Length == 0 ? 0 : ((name.Length * 37) + (name[0] * 5) + (name[^1] * 3) + name[name.Length / 2]) & 127;
}
