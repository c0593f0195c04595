using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

public sealed class RowEncodingTests
{
    private static RowValues Sample => new()
    {
        ["text"] = "\u00e9\ud83d\ude00", ["empty"] = "", ["n\u00e4me"] = -5, ["yes"] = true, ["no"] = false, ["bytes"] = new byte[300],
        ["latest_hash"] = Hash, ["hash"] = "\u00e9." + Hash, ["digits"] = Hash[1..], ["upper"] = Hash.ToUpperInvariant(),
        ["id"] = long.MaxValue, ["least"] = long.MinValue, ["long"] = new string('\u20ac', 5000),
    };

    private static string Hash { get; } = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    [Fact]
    public void Values_come_back_in_their_order() => Assert.Equal(Sample, RowDecoder.Decode(RowEncoder.Encode(Sample)));

    [Fact]
    public void The_bytes_of_version_two_do_not_change() => Assert.Equal(
        "0207" + "02610102" + "68" + "02620203" + "026304" + "02640502" + "0102"
        + "01" + "0202" + "09" + "0101" + "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
        + "026501" + "0578" + "2E" + "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
        Convert.ToHexString(RowEncoder.Encode(new()
        {
            ["a"] = "h", ["b"] = -2, ["c"] = true, ["d"] = new byte[] { 1, 2 }, ["schema"] = 1, ["latest_hash"] = Hash, ["e"] = "x." + Hash,
        })));

    [Fact]
    public void The_names_that_have_numbers_keep_them()
    {
        string[] names =
        [
            "schema", "license_id", "verification_count", "last_verified_at", "latest_hash", "latest_verification_count",
            "latest_last_verified_at", "verify", "signed", "license_key", "id", "product_id", "status", "owner_name", "owner_email",
            "activation_limit", "validity", "assigned_at", "created_at", "updated_at", "active_count", "revision", "contract_id",
            "latest_identifier", "latest_activated_at", "features", "identifier", "activated_at", "instants", "written_at",
        ];

        Assert.Equal(Enumerable.Range(0, names.Length), names.Select(PropertyNames.NumberOf));
        Assert.All(new[] { "", "x", "schemb", "schema ", "license_ie" }, name => Assert.Equal(-1, PropertyNames.NumberOf(name)));
    }

    [Fact]
    public void Rows_of_version_one_are_read() => Assert.Equal(
        new() { ["a"] = "h", ["b"] = -2, ["c"] = true, ["d"] = new byte[] { 1, 2 } },
        RowDecoder.Decode(Convert.FromHexString("0104" + "0161010168" + "016202" + "FEFFFFFFFFFFFFFF" + "016304" + "016405020102")));

    [Fact]
    public void A_name_is_made_once()
    {
        var bytes = RowEncoder.Encode(new() { ["rememberedName"] = 1 });

        Assert.Same(RowDecoder.Decode(bytes).Single().Key, RowDecoder.Decode(bytes).Single().Key);
    }

    [Fact]
    public void A_row_of_an_unknown_version_is_refused_with_advice()
    {
        var bytes = RowEncoder.Encode(Sample);
        bytes[0] = RowEncoder.Version + 1;

        var refused = Assert.Throws<StorageUnavailableException>(() => RowDecoder.Decode(bytes));

        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
        Assert.Throws<StorageUnavailableException>(() => RowDecoder.Decode([]));
    }

    [Fact]
    public void A_row_that_was_cut_or_changed_never_fails_in_another_way()
    {
        var whole = RowEncoder.Encode(Sample);
        for (var length = 1; length < whole.Length; length++)
            Assert.Throws<StorageUnavailableException>(() => RowDecoder.Decode(whole.AsSpan(0, length)));

        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[random.Next(1, 120)] = (byte)random.Next(256);
            try
            {
                RowDecoder.Decode(changed);
            }
            catch (StorageUnavailableException)
            {
                // The only way to fail.
            }
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_rather_than_changed() =>
        Assert.ThrowsAny<ArgumentException>(() => RowEncoder.Encode(new() { ["a"] = "x\ud83d" }));

    [Theory]
    [InlineData(TableNames.Limits, "window", false)]
    [InlineData(TableNames.Licenses, "license.usage", false)]
    [InlineData(TableNames.Licenses, "usage.1", false)]
    [InlineData(TableNames.Licenses, "license", true)]
    [InlineData(TableNames.Licenses, "activation.1", true)]
    [InlineData(TableNames.Catalog, "license.usage", true)]
    public void Only_usage_and_window_rows_may_be_lost_with_the_power(string table, string key, bool durable) =>
        Assert.Equal(durable, RowDurability.MustSurvivePowerLoss(table, key));
}
