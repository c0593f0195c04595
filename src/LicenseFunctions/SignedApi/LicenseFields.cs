using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Reads the fields that describe a license, for creating and for updating one.</summary>
public sealed class LicenseFields(SignedFields fields, FieldErrors errors)
{
    private const long MostDays = 1_000_000;
    public const int LongestName = 255;

    public LicenseStatus? Status()
    {
        if (!fields.Has(FieldNames.Status))
            return null;
        LicenseStatus? status = fields.Text(FieldNames.Status) switch
        {
            "available" => LicenseStatus.Available,
            "assigned" => LicenseStatus.Assigned,
            "reserved" => LicenseStatus.Reserved,
            "blocked" => LicenseStatus.Blocked,
            _ => null,
        };
        if (status is null)
            errors.Invalid("status");
        return status;
    }

    public long? ActivationLimit() => Number(FieldNames.ActivationLimit, "activation_limit", int.MaxValue);

    public long? ValidityDays() => Number(FieldNames.Validity, "validity", MostDays);

    public long? AssignedAt()
    {
        if (fields.Text(FieldNames.AssignedAt) is null && !fields.IsStructured(FieldNames.AssignedAt))
            return null;
        var time = WireTime.Parse(fields.Text(FieldNames.AssignedAt) ?? "");
        if (time is null)
            errors.Add("assigned_at", "must match the format Y-m-d H:i:s");
        return time;
    }

    public string? OwnerName() => Short(FieldNames.OwnerName, "owner_name");

    public string? OwnerEmail() => Short(FieldNames.OwnerEmail, "owner_email");

    private string? Short(string[] names, string field)
    {
        var text = fields.StoredText(names);
        if (fields.IsStructured(names))
            errors.Add(field, "must be a string");
        else if (text is { Length: > LongestName })
            errors.Add(field, $"must not be greater than {LongestName} characters");
        return text;
    }

    private long? Number(string[] names, string field, long most)
    {
        if (fields.Text(names) is null && !fields.Has(names))
            return null;
        var number = fields.Number(names);
        if (number is null or < 0 || number > most)
            errors.Add(field, $"must be a whole number between 0 and {most}");
        return number;
    }
}
