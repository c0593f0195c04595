using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>A product as its row has it. Instants are Unix milliseconds.</summary>
public sealed record Product
{
    public const int Schema = 1;

    public required long Id { get; init; }

    public required string Uuid { get; init; }

    public required string Slug { get; init; }

    public required string Name { get; init; }

    public string Source { get; init; } = "internal";

    public string Description { get; init; } = "";

    public string ExternalReference { get; init; } = "";

    public bool IsActive { get; init; } = true;

    public bool RequiresNonExpired { get; init; }

    /// <summary>The name of its own signing key; null when its answers are signed by the global one.</summary>
    public string? SigningKeyName { get; init; }

    /// <summary>Whether the changelog may be read by anybody.</summary>
    public bool ShowsChangelog { get; init; } = true;

    public long CreatedAt { get; init; }

    public long UpdatedAt { get; init; }

    public static Product From(RowValues values) => new()
    {
        Id = values.GetNumber("id"),
        Uuid = values.GetText("uuid") ?? "",
        Slug = values.GetText("slug") ?? "",
        Name = values.GetText("name") ?? "",
        Source = values.GetText("source") ?? "internal",
        Description = values.GetText("description") ?? "",
        ExternalReference = values.GetText("external_reference") ?? "",
        IsActive = values.GetBoolean("active"),
        RequiresNonExpired = values.GetBoolean("require_non_expired"),
        SigningKeyName = values.GetText("signing_key"),
        ShowsChangelog = values.GetBoolean("changelog", otherwise: true),
        CreatedAt = values.GetNumber("created_at"),
        UpdatedAt = values.GetNumber("updated_at"),
    };

    public RowValues ToValues() => new(16)
    {
        ["schema"] = Schema,
        ["id"] = Id,
        ["uuid"] = Uuid,
        ["slug"] = Slug,
        ["name"] = Name,
        ["source"] = Source,
        ["description"] = Description,
        ["external_reference"] = ExternalReference,
        ["active"] = IsActive,
        ["require_non_expired"] = RequiresNonExpired,
        ["signing_key"] = SigningKeyName,
        ["changelog"] = ShowsChangelog,
        ["created_at"] = CreatedAt,
        ["updated_at"] = UpdatedAt,
    };
}
