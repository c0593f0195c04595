using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Licensing;

/// <summary>
/// A request that replaces the usage row it remembers does not read the license: every change of a license changes that row.
/// </summary>
public sealed class WitnessTests
{
    private const string Domain = "d.example";

    [Fact]
    public async Task Every_kind_of_change_by_another_instance_is_seen_by_the_next_verification()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        await using var here = await ApiHost.StartAsync(store);
        await using var there = await ApiHost.StartAsync(store);
        var license = await here.LicenseAsync();
        await here.PostDomainAsync("/activate", license.Key, Domain);

        await ShouldBecomeAsync("suspended", () => ChangeAsync(LicenseStatus.Suspended));
        await ShouldBecomeAsync(null, () => ChangeAsync(LicenseStatus.Assigned));
        await ShouldBecomeAsync("suspended", () => UpdateAsync("blocked"));
        await ShouldBecomeAsync(null, () => UpdateAsync("assigned"));
        await ShouldBecomeAsync("invalid_domain", () => there.PostDomainAsync("/deactivate", license.Key, Domain));
        await ShouldBecomeAsync(null, () => there.PostDomainAsync("/activate", license.Key, Domain));
        await ShouldBecomeAsync("invalid_key", () => there.PostAsync("/api/v1/delete-license-key", ("license_key", license.Key)));

        async Task ShouldBecomeAsync(string? error, Func<Task> change)
        {
            await here.GetDomainAsync("/verify", license.Key, Domain);
            await here.GetDomainAsync("/verify", license.Key, Domain);
            await change();
            Assert.Equal(error, (await here.GetDomainAsync("/verify", license.Key, Domain)).Error);
        }

        Task ChangeAsync(LicenseStatus status) => there.Services.GetRequiredService<Licenses>().ChangeAsync(
            new(license.Key, null, new("none", 0), Admission.Under(Task.FromResult(true))), (each, _) => each with { Status = status });

        Task UpdateAsync(string status) => there.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("status", status));
    }

    [Fact]
    public async Task What_was_changed_by_hand_holds_after_a_minute()
    {
        await using var metered = await Metered.StartAsync();
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);
        await VerifyAsync();
        await VerifyAsync();
        var store = metered.Host.Store;
        var partition = LicenseRows.Partition(metered.License.Key);
        var row = (await store.FindAsync(TableNames.Licenses, partition, LicenseRows.License, default))!;
        var values = row.Values.Copy();
        values["status"] = "suspended";
        await store.CommitAsync(TableNames.Licenses, partition, [RowChange.Replace(row.Key, values, row.ETag)], default);

        metered.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal("suspended", await VerifyAsync());

        async Task<string?> VerifyAsync() => (await metered.Host.GetDomainAsync("/verify", metered.License.Key, Domain)).Error;
    }
}
