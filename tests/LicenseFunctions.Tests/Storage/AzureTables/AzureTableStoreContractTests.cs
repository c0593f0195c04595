using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

/// <summary>The contract of table stores, on Azurite.</summary>
[NeedsAzurite]
public sealed class AzureTableStoreContractTests : TableStoreContract
{
    protected override async Task<ITableStore> NewStoreAsync() => await Azurite.NewStoreAsync();
}
