using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Contracting;

/// <summary>A contract under which somebody else makes keys of a product, up to a quantity. Instants are Unix milliseconds.</summary>
public sealed record Contract
{
    public const int Schema = 1;

    public long Id { get; init; }

    /// <summary>Chosen by the vendor, unique; what the wire also calls the contract's uuid.</summary>
    public string Key { get; init; } = "";

    public string Name { get; init; } = "";

    public string Information { get; init; } = "";

    public long ProductId { get; init; }

    /// <summary>True once it was another product's: the licenses made under it then may be of either.</summary>
    public bool HasMoved { get; init; }

    /// <summary>The most licenses that may exist under it at one time.</summary>
    public int Quantity { get; init; }

    public bool IsActive { get; init; } = true;

    public bool CanGetInfo { get; init; }

    public bool CanGenerate { get; init; }

    public bool CanDestroy { get; init; }

    public bool CanDestroyAll { get; init; }

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    /// <summary>True when it permits what one of its permissions is about: an inactive contract permits nothing.</summary>
    public bool Permits(bool permission) => IsActive && permission;

    public static Contract From(RowValues values) => new()
    {
        Id = values.GetNumber("id"),
        Key = values.GetText("contract_key") ?? "",
        Name = values.GetText("name") ?? "",
        Information = values.GetText("information") ?? "",
        ProductId = values.GetNumber("product_id"),
        HasMoved = values.GetBoolean("has_moved"),
        Quantity = (int)values.GetNumber("quantity"),
        IsActive = values.GetBoolean("active"),
        CanGetInfo = values.GetBoolean("can_get_info"),
        CanGenerate = values.GetBoolean("can_generate"),
        CanDestroy = values.GetBoolean("can_destroy"),
        CanDestroyAll = values.GetBoolean("can_destroy_all"),
        CreatedAt = values.GetNumber("created_at"),
        UpdatedAt = values.GetNumber("updated_at"),
    };

    public RowValues ToValues() => new(16)
    {
        ["schema"] = Schema,
        ["id"] = Id,
        ["contract_key"] = Key,
        ["name"] = Name,
        ["information"] = Information,
        ["product_id"] = ProductId,
        ["has_moved"] = HasMoved,
        ["quantity"] = Quantity,
        ["active"] = IsActive,
        ["can_get_info"] = CanGetInfo,
        ["can_generate"] = CanGenerate,
        ["can_destroy"] = CanDestroy,
        ["can_destroy_all"] = CanDestroyAll,
        ["created_at"] = CreatedAt,
        ["updated_at"] = UpdatedAt,
    };
}
