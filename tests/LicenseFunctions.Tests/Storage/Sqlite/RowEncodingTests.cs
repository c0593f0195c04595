using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

public sealed class RowEncodingTests
{
    private static RowValues Sample => new()
    {
        ["text"] = "\u00e9\ud83d\ude00", ["empty"] = "", ["n\u00e4me"] = -5, ["yes"] = true, ["no"] = false, ["bytes"] = new byte[300],
    };

    [Fact]
    public void Values_come_back_in_their_order() => Assert.Equal(Sample, RowDecoder.Decode(RowEncoder.Encode(Sample)));

    [Fact]
    public void The_bytes_of_version_one_do_not_change() => Assert.Equal(
        "0104" + "0161010168" + "016202" + "FEFFFFFFFFFFFFFF" + "016304" + "016405020102",
        Convert.ToHexString(RowEncoder.Encode(new() { ["a"] = "h", ["b"] = -2, ["c"] = true, ["d"] = new byte[] { 1, 2 } })));

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
            changed[random.Next(1, 60)] = (byte)random.Next(256);
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
