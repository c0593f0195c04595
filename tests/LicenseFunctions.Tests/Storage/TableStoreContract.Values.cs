using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>What goes in comes out; what is over the limits does not go in.</summary>
public abstract partial class TableStoreContract
{
    public static TheoryData<string> Texts => new(
        "", " ", "plain", "O'Brien \"&<>", "a\nb\tc\0d", "\u00e9\u00df\u4e2d", "\ud83d\ude00\ud83d\udc69\u200d\ud83d\udcbb", "\ufffd\ufffe\uffff\ue000\ud7ff", new string('x', RowLimits.TextCharacters));

    [StoreTheory]
    [MemberData(nameof(Texts))]
    public async Task Text_comes_back_as_it_was(string text)
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("a", new() { ["value"] = text }));

        Assert.Equal(text, (await store.FindAsync(Table, Partition, "a", None))!.Values.GetText("value"));
    }

    [StoreTheory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(1L << 53)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task Numbers_come_back_as_they_were(long number)
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("a", new() { ["value"] = number }));

        Assert.Equal(number, (await store.FindAsync(Table, Partition, "a", None))!.Values.FindNumber("value"));
    }

    [StoreTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(RowLimits.BinaryBytes)]
    public async Task Binary_comes_back_as_it_was(int length)
    {
        var store = await NewStoreAsync();
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        await CommitAsync(store, RowChange.Insert("a", new() { ["value"] = bytes }));

        Assert.Equal(bytes, (await store.FindAsync(Table, Partition, "a", None))!.Values.GetBinary("value"));
    }

    [StoreFact]
    public async Task Each_kind_of_value_keeps_its_kind()
    {
        var store = await NewStoreAsync();
        var values = new RowValues
        {
            ["text"] = "1", ["number"] = 1, ["yes"] = true, ["no"] = false, ["binary"] = new byte[] { 1 },
            ["emptyText"] = "", ["emptyBinary"] = Array.Empty<byte>(), ["name_with_1"] = 0,
        };
        await CommitAsync(store, RowChange.Insert("a", values), RowChange.Insert("none", RowValues.Empty));

        var read = (await store.FindAsync(Table, Partition, "a", None))!.Values;

        Assert.Equal(values.Count, read.Count);
        foreach (var (name, value) in values)
            Assert.Equal(value, read[name]);
        Assert.Equal(RowValueKind.None, read["missing"].Kind);
        Assert.Equal(0, (await store.FindAsync(Table, Partition, "none", None))!.Values.Count);
    }

    [StoreFact]
    public async Task A_row_of_many_large_properties_comes_back()
    {
        var store = await NewStoreAsync();
        var values = new RowValues();
        for (var i = 0; i < 10; i++)
            values[$"part{i}"] = new byte[RowLimits.BinaryBytes];
        for (var i = 0; i < RowLimits.Properties - 10; i++)
            values[$"number{i}"] = i;

        await CommitAsync(store, RowChange.Insert("a", values));

        Assert.Equal(values, (await store.FindAsync(Table, Partition, "a", None))!.Values);
    }

    [StoreTheory]
    [InlineData("a b")]
    [InlineData("it's")]
    [InlineData("100%25 +&=;:@,()[]{}|^`~!$*\"<>")]
    [InlineData("\u00e9\u4e2d\ufffd")]
    [InlineData("-._~")]
    public async Task Unusual_keys_are_keys(string key)
    {
        var store = await NewStoreAsync();

        var etag = (await store.CommitAsync(Table, key, [RowChange.Insert(key, Numbered(1))], None)).ETags[0];

        Assert.Equal(etag, (await store.FindAsync(Table, key, key, None))!.ETag);
        Assert.Equal([key], await KeysAsync(store, new(Table, key, key)));
        Assert.True((await store.CommitAsync(Table, key, [RowChange.Delete(key, etag)], None)).Committed);
    }

    public static TheoryData<string> BadKeys => new("", "a/b", "a\\b", "a#b", "a?b", "a\nb", "a\u0081", new string('k', RowLimits.KeyCharacters + 1));

    [StoreTheory]
    [MemberData(nameof(BadKeys))]
    public async Task Keys_over_the_limits_are_refused(string key)
    {
        var store = await NewStoreAsync();
        RowChange[] bad = [RowChange.Insert(key, Numbered(1))];
        RowChange[] good = [RowChange.Insert("a", Numbered(1))];

        await ShouldRefuseAsync(async () => await store.FindAsync(Table, key, "a", None));
        await ShouldRefuseAsync(async () => await store.FindAsync(Table, "a", key, None));
        await ShouldRefuseAsync(async () => await store.CommitAsync(Table, Partition, bad, None));
        await ShouldRefuseAsync(async () => await store.CommitAsync(Table, key, good, None));
        await ShouldRefuseAsync(() => KeysAsync(store, new(Table, key)));
    }

    [StoreFact]
    public async Task Commits_over_the_limits_are_refused()
    {
        var store = await NewStoreAsync();
        var half = new RowValues();
        for (var i = 0; i < 9; i++)
            half[$"p{i}"] = new byte[RowLimits.BinaryBytes];
        var wide = new RowValues();
        for (var i = 0; i <= RowLimits.Properties; i++)
            wide[$"p{i}"] = i;

        await RefusedAsync();
        await RefusedAsync([.. Enumerable.Range(0, 101).Select(i => RowChange.Insert($"k{i}", Numbered(i)))]);
        await RefusedAsync(RowChange.Insert("a", Numbered(1)), RowChange.Upsert("a", Numbered(2)));
        await RefusedAsync(RowChange.Insert("a", new() { ["v"] = new string('x', RowLimits.TextCharacters + 1) }));
        await RefusedAsync(RowChange.Insert("a", new() { ["v"] = new byte[RowLimits.BinaryBytes + 1] }));
        await RefusedAsync(RowChange.Insert("a", wide));
        await RefusedAsync([.. Enumerable.Range(0, 4).Select(i => RowChange.Insert($"k{i}", half))]);

        Assert.Empty(await KeysAsync(store, new(Table, Partition)));

        async Task RefusedAsync(params RowChange[] changes) =>
            await ShouldRefuseAsync(async () => await CommitAsync(store, changes));
    }

    private static Task<ArgumentException> ShouldRefuseAsync(Func<Task> act) => Assert.ThrowsAnyAsync<ArgumentException>(act);
}
