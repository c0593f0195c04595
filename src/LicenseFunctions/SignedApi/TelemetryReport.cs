using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Finds the telemetry that a call asks for, for both paths it is asked at, and writes it.</summary>
public sealed class TelemetryReport(Telemetry telemetry, ProductReference products)
{
    /// <summary>Stands for a product that is named but does not exist: nothing has this number.</summary>
    private const long NoProduct = -1;

    /// <summary>The newest entries that match, in the order in which they came, as the documents show them.</summary>
    public async Task<IReadOnlyList<TelemetryEntry>> FindAsync(SignedFields fields, CancellationToken cancel)
    {
        var found = await telemetry.FindAsync(new()
        {
            DataType = fields.StoredText(FieldNames.DataType),
            DataGroup = fields.StoredText(FieldNames.DataGroup),
            ProductId = await ProductIdAsync(fields, cancel).ConfigureAwait(false),
            UserIdentifier = fields.StoredText(FieldNames.UserIdentifier),
            LicenseKey = fields.StoredText(FieldNames.LicenseKey),
            HasRedFlags = fields.Flag(FieldNames.HasRedFlags),
        }, cancel).ConfigureAwait(false);
        return [.. found.Reverse()];
    }

    /// <summary>Writes <c>data</c>.</summary>
    public static void Write(WireJson json, IReadOnlyList<TelemetryEntry> entries)
    {
        json.Name("data").Open('[');
        foreach (var entry in entries)
            Write(json, entry);
        json.Close(']');
    }

    private static void Write(WireJson json, TelemetryEntry entry)
    {
        json.Open('{')
            .Field("id", entry.Id)
            .Field("user_identifier", entry.UserIdentifier)
            .Field("license_key", entry.LicenseKey)
            .Field("activation_identifier", entry.ActivationIdentifier)
            .Name("product_id");
        _ = entry.ProductId is { } id ? json.Number(id) : json.Null();
        json.Field("product_version", entry.ProductVersion)
            .Field("data_type", entry.DataType)
            .Field("data_group", entry.DataGroup)
            .Field("data", entry.Data)
            .Field("is_correct_format", entry.IsCorrectFormat ? 1 : 0)
            .Field("license_key_exists", entry.LicenseKeyExists ? 1 : 0)
            .Field("product_exists", entry.ProductExists ? 1 : 0)
            .Field("product_version_exists", entry.ProductVersionExists ? 1 : 0)
            .Field("has_red_flags", entry.HasRedFlags ? 1 : 0)
            .Field("created_at", WireTime.Listed(entry.CreatedAt))
            .Field("updated_at", WireTime.Listed(entry.CreatedAt))
            .Close('}');
    }

    /// <summary>A number counts as it is: entries may name a product that does not exist, or no longer.</summary>
    private async Task<long?> ProductIdAsync(SignedFields fields, CancellationToken cancel) =>
        fields.Text(FieldNames.ProductId) is not null ? fields.Number(FieldNames.ProductId) ?? NoProduct
        : fields.Text(FieldNames.ProductUuid) is null ? null
        : (await products.FindAsync(fields, cancel).ConfigureAwait(false))?.Id ?? NoProduct;
}
