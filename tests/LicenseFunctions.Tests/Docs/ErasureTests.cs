using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Docs;

/// <summary>What docs/runbook.md says about deleting a customer's data.</summary>
public sealed class ErasureTests
{
    private const string Email = "Ada.Lovelace@example.com";

    [Fact]
    public async Task An_owner_who_is_emptied_is_nowhere_in_the_store()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await AssignedAsync(host);
        Assert.NotEmpty(await HoldersAsync(host));

        (await host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("owner_name", ""), ("owner_email", "")))
            .ShouldBe(950, "License keys updated", "global");

        Assert.Equal([], await HoldersAsync(host));
    }

    [Fact]
    public async Task The_owner_of_a_license_that_is_deleted_is_nowhere_in_the_store()
    {
        await using var host = await ApiHost.StartAsync();
        var license = await AssignedAsync(host);

        (await host.PostAsync("/api/v1/delete-license-key", ("license_key", license.Key))).ShouldBe(850, "License key deleted", "global");

        Assert.Equal([], await HoldersAsync(host));
    }

    private static async Task<License> AssignedAsync(ApiHost host)
    {
        var license = await host.LicenseAsync(draft => draft with { Status = LicenseStatus.Available, AssignedAt = null, ValidityDays = 30 });
        await host.PostAsync(
            "/api/v1/assign-and-activate-license-key", ("license_key", license.Key), ("identifier", "a.example"), ("owner_name", "Ada"), ("owner_email", Email));
        return license;
    }

    /// <summary>The rows that hold the address.</summary>
    private static async Task<IReadOnlyList<string>> HoldersAsync(ApiHost host)
    {
        var holders = new List<string>();
        foreach (var table in TableNames.All)
        {
            await foreach (var row in host.Store.ListAsync(new(table, null), CancellationToken.None))
            {
                if (row.Values.Any(value => value.Value.AsText()?.Contains(Email, StringComparison.OrdinalIgnoreCase) == true))
                    holders.Add($"{table} {row.Partition} {row.Key}");
            }
        }

        return holders;
    }
}
