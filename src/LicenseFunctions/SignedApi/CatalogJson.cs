using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Writes products, their metadata and their features, the same in every answer that shows them.</summary>
public static class CatalogJson
{
    /// <summary>The fields of a product up to its times, as lists have them.</summary>
    public static WireJson ProductFields(this WireJson json, Product product) => json
        .ProductHead(product)
        .Field("status", product.IsActive ? "active" : "inactive")
        .Field("require_non_expired", product.RequiresNonExpired ? 1 : 0)
        .Field("created_at", WireTime.Listed(product.CreatedAt))
        .Field("updated_at", WireTime.Listed(product.UpdatedAt));

    /// <summary>The fields of a product that the details of a license show.</summary>
    public static WireJson ProductHead(this WireJson json, Product product) => json
        .Field("id", product.Id)
        .Field("external_reference", product.ExternalReference)
        .Field("source", product.Source)
        .Field("name", product.Name)
        .Field("post_url", "")
        .Field("description", product.Description);

    /// <summary><c>meta_data</c>, in the order of creation.</summary>
    public static WireJson MetaData(this WireJson json, IEnumerable<MetaEntry> entries)
    {
        json.Name("meta_data").Open('[');
        foreach (var entry in entries)
            json.Open('{').Field("key", entry.Key).Field("value", entry.Value).Close('}');
        return json.Close(']');
    }

    /// <summary><c>features</c> of a product, in the order of creation.</summary>
    public static WireJson Features(this WireJson json, IEnumerable<ProductFeature> features)
    {
        json.Name("features").Open('[');
        foreach (var feature in features)
        {
            json.Open('{').Field("key", feature.Key).Field("label", feature.Label).Field("type", feature.TypeName)
                .Name("default").Value(feature.Default).Close('}');
        }

        return json.Close(']');
    }

    /// <summary>The value of a feature in the JSON type that is its own; null when there is none.</summary>
    public static WireJson Value(this WireJson json, FeatureValue? value) => value is null ? json.Null() : value.Type switch
    {
        FeatureType.Boolean => json.Truth(value.Truth),
        FeatureType.Number => json.Number(value.Number),
        FeatureType.Text => json.Text(value.Text),
    };

    public static WireJson Truth(this WireJson json, bool value) => value ? json.True() : json.False();
}
