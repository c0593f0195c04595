using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DestroyContractKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/contracts/destroy";

    [Fact]
    public async Task A_key_of_a_contract_is_deleted_with_its_activations()
    {
        var (_, key) = await KeyAsync();
        await api.Host.PostAsync("/api/v1/assign-and-activate-license-key", ("license_key", key), ("identifier", "a.example"));

        (await api.Host.PostAsync(Path, ("license_key", key))).ShouldBe(1400, "License key deleted", signedBy: SharedApi.OwnKey);

        Assert.Null(await api.Host.LicenseOfAsync(key));
        (await api.Host.PostAsync(Path, ("license_key", key))).ShouldBe(1401, "License key not found");
        (await api.Host.PostAsync("/api/v1/verify", ("license_key", key), ("identifier", "a.example"))).ShouldBe(210, "Invalid license key");
    }

    [Fact]
    public async Task A_contract_that_is_sent_blank_is_not_named()
    {
        var (_, key) = await KeyAsync();

        (await api.Host.PostAsync(Path, ("license_key", key), ("contract_id", ""), ("contract_uuid", " "))).ShouldBe(1400, "License key deleted", signedBy: SharedApi.OwnKey);
    }

    [Fact]
    public async Task A_license_that_no_such_contract_made_is_not_found_and_stays()
    {
        var license = await api.Host.LicenseAsync(api.Own);
        var (_, key) = await KeyAsync();
        var other = await api.Host.ContractAsync(api.Own, 1);

        (await api.Host.PostAsync(Path, ("license_key", license.Key))).ShouldBe(1401, "License key not found");
        (await api.Host.PostAsync(Path, ("license_key", key), ("contract_uuid", other.Key))).ShouldBe(1401, "License key not found");
        (await api.Host.PostAsync(Path, ("license_key", "nothing"))).ShouldBe(1401, "License key not found");
        (await api.Host.PostAsync(Path)).ShouldBe(1401, "License key not found");
        Assert.NotNull(await api.Host.LicenseOfAsync(license.Key));
        Assert.NotNull(await api.Host.LicenseOfAsync(key));
    }

    [Fact]
    public async Task A_contract_that_does_not_permit_it_keeps_its_keys()
    {
        var (_, key) = await KeyAsync(draft => draft with { CanDestroy = false });

        (await api.Host.PostAsync(Path, ("license_key", key)))
            .ShouldBe(102, "The used API key doesn't have the required capability to access this endpoint", status: 401);

        Assert.NotNull(await api.Host.LicenseOfAsync(key));
    }

    private async Task<(LicenseContract Contract, string Key)> KeyAsync(Func<LicenseContract, LicenseContract>? change = null)
    {
        await api.Host.GeneratorAsync(api.Own);
        var contract = await api.Host.ContractAsync(api.Own, 5, change);
        var made = await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "1"));
        return (contract, GenerateContractKeysTests.Keys(made)[0]);
    }
}
