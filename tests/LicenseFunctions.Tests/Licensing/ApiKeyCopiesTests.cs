using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Licensing;

/// <summary>The row of an API key lies in several partitions, and a request reads any of them.</summary>
public sealed class ApiKeyCopiesTests : IAsyncLifetime
{
    private const int Enough = 40;

    private TemporaryFolder Folder { get; } = new();
    private SqliteTableStore _store = null!;
    private ApiHost _host = null!;
    private string _hash = "";

    private ApiKeys Keys => _host.Services.GetRequiredService<ApiKeys>();

    public async Task InitializeAsync()
    {
        _store = await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);
        _host = await ApiHost.StartAsync(_store);
        _hash = LicenseRows.Hash(_host.ApiKey);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _store.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_key_works_and_once_disabled_no_copy_accepts_it()
    {
        await ShouldAnswerAsync("551");
        var key = Assert.Single(await Keys.ListAsync(default));

        await Keys.SetActiveAsync(key.Id, false, default);

        await ShouldAnswerAsync("101");
    }

    [Fact]
    public async Task A_key_that_has_its_first_row_only_works()
    {
        for (var copy = 1; copy < CopiedRow.Copies; copy++)
            await DeleteAsync($"{_hash}.{copy}");

        await ShouldAnswerAsync("551");
    }

    [Fact]
    public async Task The_timer_finishes_a_change_that_died_between_two_copies()
    {
        var first = (await _store.FindAsync(TableNames.ApiKeys, _hash, "key", default))!;
        var disabled = first.Values.Copy();
        disabled["active"] = false;
        await _store.CommitAsync(TableNames.ApiKeys, _hash, [RowChange.Replace("key", disabled, first.ETag)], default);
        await DeleteAsync($"{_hash}.3");

        await Keys.FinishChangesAsync(default);

        await ShouldAnswerAsync("101");
        Assert.NotNull(await _store.FindAsync(TableNames.ApiKeys, $"{_hash}.3", "key", default));
    }

    private async Task DeleteAsync(string partition) => Assert.True(
        (await _store.CommitAsync(TableNames.ApiKeys, partition, [RowChange.Delete("key", RowChange.AnyETag)], default)).Committed);

    private async Task ShouldAnswerAsync(string code)
    {
        for (var i = 0; i < Enough; i++)
            Assert.Equal(code, (await _host.GetAsync("/api/v1/get-product?product_id=0")).Code);
    }
}
