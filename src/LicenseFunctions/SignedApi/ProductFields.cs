using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Reads the fields that describe a product, for creating and for updating one.</summary>
public sealed class ProductFields(SignedFields fields, FieldErrors errors)
{
    private const int LongestName = 255;
    private const int LongestDescription = 10_000;

    /// <summary>The product with the fields that were sent.</summary>
    /// <param name="product">What it is; where nothing was sent, it stays so.</param>
    /// <param name="isNew">True when name and description must be sent.</param>
    public Product Apply(Product product, bool isNew) => product with
    {
        Source = Choice(FieldNames.Source, "source", "internal", "envato") ?? product.Source,
        Name = Text(FieldNames.Name, "name", LongestName, isNew) ?? product.Name,
        Description = Text(FieldNames.Description, "description", LongestDescription, isNew) ?? product.Description,
        RequiresNonExpired = Flag(FieldNames.RequireNonExpired, "require_non_expired") ?? product.RequiresNonExpired,
        ExternalReference = Reference() ?? product.ExternalReference,
        IsActive = Choice(FieldNames.Status, "status", "active", "inactive") is { } status ? status == "active" : product.IsActive,
    };

    private string? Text(string[] names, string field, int most, bool isNew)
    {
        var text = fields.StoredText(names);
        if (string.IsNullOrEmpty(text) && (isNew || fields.Has(names)))
            errors.Required(field);
        if (text?.Length > most)
            errors.Add(field, $"must not be greater than {most} characters");
        return text;
    }

    /// <summary>The reference, which may be emptied; null when it was not sent.</summary>
    private string? Reference()
    {
        if (!fields.Has(FieldNames.ExternalReference))
            return null;
        var text = fields.StoredText(FieldNames.ExternalReference) ?? "";
        if (fields.IsStructured(FieldNames.ExternalReference))
            errors.Add("external_reference", "must be a string");
        else if (text.Length > LongestName)
            errors.Add("external_reference", $"must not be greater than {LongestName} characters");
        return text;
    }

    private string? Choice(string[] names, string field, string first, string second)
    {
        if (!fields.Has(names))
            return null;
        var text = fields.Text(names);
        if (text == first || text == second)
            return text;
        errors.Invalid(field);
        return null;
    }

    private bool? Flag(string[] names, string field)
    {
        if (!fields.Has(names))
            return null;
        var flag = fields.Flag(names);
        if (flag is null)
            errors.Invalid(field);
        return flag;
    }
}
