using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Events;

/// <summary>Writes what is posted: <c>{"id","event","created_at","data":{…}}</c>.</summary>
internal static class EventBody
{
    // Never put into a page of HTML, and escapes could make it too large for a row.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(string id, string name, RowValues row, string? productUuid)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("event", name);
            json.WriteString("created_at", Instant(row.GetNumber(EventRows.RaisedAt)));
            json.WriteStartObject("data");
            switch (row.GetText(EventRows.Kind))
            {
                case "product": WriteProduct(json, Product.From(row)); break;
                case "contract": WriteContract(json, Contract.From(row), productUuid); break;
                default: WriteLicense(json, License.From(row), row, productUuid); break;
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteLicense(Utf8JsonWriter json, License license, RowValues row, string? productUuid)
    {
        json.WriteString("license_key", license.Key);
        json.WriteNumber("license_id", license.Id);
        json.WriteNumber("product_id", license.ProductId);
        json.WriteString("product_uuid", productUuid);
        json.WriteString("status", license.Status.ToWire());
        json.WriteString("owner_name", license.OwnerName);
        json.WriteString("owner_email", license.OwnerEmail);
        json.WriteNumber("activation_limit", license.ActivationLimit);
        json.WriteNumber("active_count", license.ActiveCount);
        json.WriteNumber("validity", license.ValidityDays);
        json.WriteString("assigned_at", Instant(license.AssignedAt));
        json.WriteString("expires_at", Instant(license.ExpiresAt));
        if (row.GetText(EventRows.Identifier) is { } identifier)
            json.WriteString("identifier", identifier);
        if (row.FindNumber(EventRows.ActivatedAt) is { } activatedAt)
            json.WriteString("activated_at", Instant(activatedAt));
        if (row.GetText(EventRows.Reason) is { } reason)
            json.WriteString("reason", reason);
    }

    private static void WriteProduct(Utf8JsonWriter json, Product product)
    {
        json.WriteNumber("product_id", product.Id);
        json.WriteString("product_uuid", product.Uuid);
        json.WriteString("slug", product.Slug);
        json.WriteString("name", product.Name);
        json.WriteString("status", product.IsActive ? "active" : "inactive");
    }

    private static void WriteContract(Utf8JsonWriter json, Contract contract, string? productUuid)
    {
        json.WriteNumber("contract_id", contract.Id);
        json.WriteString("contract_key", contract.Key);
        json.WriteString("contract_name", contract.Name);
        json.WriteNumber("product_id", contract.ProductId);
        json.WriteString("product_uuid", productUuid);
        json.WriteNumber("license_keys_quantity", contract.Quantity);
        json.WriteString("status", contract.IsActive ? "active" : "inactive");
    }

    private static string? Instant(long? milliseconds) => milliseconds is { } ms
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : null;
}
