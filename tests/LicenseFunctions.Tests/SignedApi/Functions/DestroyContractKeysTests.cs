using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DestroyContractKeysTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Path = "/api/v1/contracts/destroy-all";

    [Fact]
    public async Task Every_key_of_the_contract_is_deleted_and_no_other()
    {
        var product = await api.Host.ProductAsync(draft => draft with { SigningKeyName = SharedApi.OwnKey });
        await api.Host.GeneratorAsync(product);
        await api.Host.AvailableAsync(product, 2);
        var (contract, other) = (await api.Host.ContractAsync(product, 150), await api.Host.ContractAsync(product, 5));
        await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "150"));
        await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", other.Key), ("quantity", "3"));

        (await api.Host.PostAsync(Path, ("contract_uuid", contract.Key))).ShouldBe(1500, "License keys deleted", signedBy: SharedApi.OwnKey);

        Assert.Equal(5, await api.Host.CountAvailableAsync(product));
        (await api.Host.PostAsync(Path, ("contract_uuid", contract.Key))).ShouldBe(1501, "No license keys found", signedBy: SharedApi.OwnKey);
        (await api.Host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "150")))
            .ShouldBe(1300, "Contract license keys generated", signedBy: SharedApi.OwnKey);
    }

    [Fact]
    public async Task Unknown_inactive_and_closed_contracts_are_refused()
    {
        var inactive = await api.Host.ContractAsync(api.Plain, 1, draft => draft with { IsActive = false });
        var closed = await api.Host.ContractAsync(api.Plain, 1, draft => draft with { CanDestroyAll = false });

        (await api.Host.PostAsync(Path, ("contract_uuid", "nobody"))).ShouldBe(1200, "Contract not found");
        foreach (var contract in new[] { inactive, closed })
        {
            (await api.Host.PostAsync(Path, ("contract_uuid", contract.Key)))
                .ShouldBe(102, "The used API key doesn't have the required capability to access this endpoint", status: 401);
        }
    }
}
