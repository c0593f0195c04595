using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What a vendor has done with a license. Suspended and revoked are the vendor's, beside the wire's four.</summary>
public enum LicenseStatus
{
    Available,
    Assigned,
    Reserved,
    Blocked,
    Suspended,
    Revoked,
}

/// <summary>The latest activation, kept on the license so that a status needs no search.</summary>
public sealed record LatestActivation(string IdentifierHash, string Identifier, long ActivatedAt);

/// <summary>A license as its row has it. Instants are Unix milliseconds.</summary>
public sealed record License
{
    public const int Schema = 1;

    /// <summary>The longest license key that an API takes, in characters.</summary>
    public const int LongestKey = 1024;

    public required string Key { get; init; }

    /// <summary>The number of this license; a later one of the same key has another, so leftovers of a former are known.</summary>
    public required long Id { get; init; }

    public required long ProductId { get; init; }

    public LicenseStatus Status { get; init; }

    public string? OwnerName { get; init; }

    public string? OwnerEmail { get; init; }

    /// <summary>0 is unlimited.</summary>
    public long ActivationLimit { get; init; }

    /// <summary>Days from the assignment; 0 is perpetual.</summary>
    public long ValidityDays { get; init; }

    public long? AssignedAt { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    public long ActiveCount { get; init; }

    /// <summary>Rises with every change that lists must learn of.</summary>
    public long Revision { get; init; }

    public LatestActivation? Latest { get; init; }

    /// <summary>How many pieces of metadata it has; they stand in rows of their own.</summary>
    public long MetaCount { get; init; }

    /// <summary>The number given last to a piece of metadata.</summary>
    public long LastMetaId { get; init; }

    /// <summary>Its own values of features, as the row has them; most licenses have none.</summary>
    public string? FeatureValues { get; init; }

    /// <summary>Its own values of features, by the features' keys; parsed anew each time.</summary>
    public IReadOnlyDictionary<string, string> Features => LicenseFeatures.Parse(FeatureValues);

    /// <summary>The contract under which it was made; null for none.</summary>
    public long? ContractId { get; init; }

    /// <summary>The expiry that its event was raised for; null when none was yet.</summary>
    public long? ExpiryTold { get; init; }

    /// <summary>The call that assigned it at random: tells that call, begun again, what it has done already.</summary>
    public string? Claim { get; init; }

    /// <summary>The instant at which the license expires; null when perpetual or not assigned.</summary>
    public long? ExpiresAt => ValidityDays > 0 && AssignedAt is { } from ? from + (ValidityDays * 86_400_000) : null;

    /// <summary>Sold to somebody, whatever became of it since.</summary>
    public bool IsAssigned => Status is not (LicenseStatus.Available or LicenseStatus.Reserved);

    public bool IsExpiredAt(long now) => ExpiresAt is { } end && now >= end;

    public static License From(RowValues values) => values.As(Read);

    private static License Read(RowValues values) => new()
    {
        Key = values.GetText("license_key") ?? "",
        Id = values.GetNumber("id"),
        ProductId = values.GetNumber("product_id"),
        Status = StatusOf(values.GetText("status") ?? ""),
        OwnerName = values.GetText("owner_name"),
        OwnerEmail = values.GetText("owner_email"),
        ActivationLimit = values.GetNumber("activation_limit"),
        ValidityDays = values.GetNumber("validity"),
        AssignedAt = values.FindNumber("assigned_at"),
        CreatedAt = values.GetNumber("created_at"),
        UpdatedAt = values.GetNumber("updated_at"),
        ActiveCount = values.GetNumber("active_count"),
        Revision = values.GetNumber("revision"),
        ContractId = values.FindNumber("contract_id"),
        Claim = values.GetText("claim"),
        ExpiryTold = values.FindNumber("expiry_told"),
        Latest = values.GetText("latest_hash") is { } hash
            ? new(hash, values.GetText("latest_identifier") ?? "", values.GetNumber("latest_activated_at"))
            : null,
        MetaCount = values.GetNumber("meta_count"),
        LastMetaId = values.GetNumber("meta_last"),
        FeatureValues = values.GetText("features"),
    };

    /// <summary>The license with a value of its own for a feature, or without one when it is null.</summary>
    public License WithFeature(string key, FeatureValue? value)
    {
        var features = new SortedDictionary<string, string>(Features.ToDictionary(), StringComparer.Ordinal);
        if (value is null)
            features.Remove(key);
        else
            features[key] = value.Text;
        return this with { FeatureValues = LicenseFeatures.Write(features) };
    }

    private static LicenseStatus StatusOf(string text) => text switch
    {
        "assigned" => LicenseStatus.Assigned,
        "available" => LicenseStatus.Available,
        _ => Enum.Parse<LicenseStatus>(text, ignoreCase: true),
    };

    public RowValues ToValues() => new(16)
    {
        ["schema"] = Schema,
        ["license_key"] = Key,
        ["id"] = Id,
        ["product_id"] = ProductId,
        ["status"] = Status.ToWire(),
        ["owner_name"] = OwnerName,
        ["owner_email"] = OwnerEmail,
        ["activation_limit"] = ActivationLimit,
        ["validity"] = ValidityDays,
        ["assigned_at"] = AssignedAt,
        ["created_at"] = CreatedAt,
        ["updated_at"] = UpdatedAt,
        ["active_count"] = ActiveCount,
        ["revision"] = Revision,
        ["contract_id"] = ContractId,
        ["claim"] = Claim,
        ["expiry_told"] = ExpiryTold,
        ["latest_hash"] = Latest?.IdentifierHash,
        ["latest_identifier"] = Latest?.Identifier,
        ["latest_activated_at"] = Latest?.ActivatedAt,
        ["meta_count"] = MetaCount == 0 ? default(long?) : MetaCount,
        ["meta_last"] = LastMetaId == 0 ? default(long?) : LastMetaId,
        ["features"] = FeatureValues,
    };
}
