using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>A version of a product that can be downloaded, as its row has it. Instants are Unix milliseconds.</summary>
public sealed record Download
{
    public const int Schema = 1;

    public long Id { get; init; }

    public required long ProductId { get; init; }

    /// <summary>The number that stands for the version in addresses; unique within the product, not an order.</summary>
    public long NumericVersion { get; init; }

    public required string Version { get; init; }

    public string UpdateSummary { get; init; } = "";

    public string Changelog { get; init; } = "";

    public bool IsPublished { get; init; }

    public long ReleaseDate { get; init; }

    public long DownloadCounter { get; init; }

    /// <summary>What the file is called where it is saved.</summary>
    public required string FileName { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Of the file, in lower-case hex; it is kept under this name.</summary>
    public required string Sha256 { get; init; }

    public static Download From(RowValues values) => new()
    {
        Id = values.GetNumber("id"),
        ProductId = values.GetNumber("product_id"),
        NumericVersion = values.GetNumber("numeric_version"),
        Version = values.GetText("version") ?? "",
        UpdateSummary = values.GetText("update_summary") ?? "",
        Changelog = values.GetText("changelog") ?? "",
        IsPublished = values.GetBoolean("published"),
        ReleaseDate = values.GetNumber("release_date"),
        DownloadCounter = values.GetNumber("download_counter"),
        FileName = values.GetText("file_name") ?? "",
        Size = values.GetNumber("size"),
        Sha256 = values.GetText("sha256") ?? "",
    };

    public RowValues ToValues() => new(14)
    {
        ["schema"] = Schema,
        ["id"] = Id,
        ["product_id"] = ProductId,
        ["numeric_version"] = NumericVersion,
        ["version"] = Version,
        ["update_summary"] = UpdateSummary,
        ["changelog"] = Changelog,
        ["published"] = IsPublished,
        ["release_date"] = ReleaseDate,
        ["download_counter"] = DownloadCounter,
        ["file_name"] = FileName,
        ["size"] = Size,
        ["sha256"] = Sha256,
    };
}
