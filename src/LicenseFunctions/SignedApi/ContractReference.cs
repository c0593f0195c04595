using LicenseFunctions.Licensing.Contracting;

namespace LicenseFunctions.SignedApi;

/// <summary>Finds the contract that a call names, by its number or by its key, which is its uuid.</summary>
public sealed class ContractReference(Contracts contracts)
{
    public static bool IsIn(SignedFields fields) => fields.IsSent(FieldNames.ContractId) || fields.IsSent(FieldNames.ContractUuid);

    /// <summary>The contract; null when none is named or there is no such.</summary>
    public async Task<Contract?> FindAsync(SignedFields fields, CancellationToken cancel) =>
        fields.Number(FieldNames.ContractId) is { } id ? await contracts.FindAsync(id, cancel).ConfigureAwait(false)
        : (fields.StoredText(FieldNames.ContractUuid) ?? fields.StoredText(FieldNames.ContractId)) is { } key
            ? await contracts.FindByKeyAsync(key, cancel).ConfigureAwait(false)
        : null;
}
