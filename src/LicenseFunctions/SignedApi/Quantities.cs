namespace LicenseFunctions.SignedApi;

/// <summary>Reads how many licenses a call asks for.</summary>
public static class Quantities
{
    public const int Most = 10_000;

    /// <summary>The quantity; 0 when it is none, which is then among the errors.</summary>
    public static int Read(SignedFields fields, FieldErrors errors)
    {
        if (fields.Number(FieldNames.Quantity) is { } quantity and >= 1 and <= Most)
            return (int)quantity;
        errors.Say("quantity", $"Quantity must be a whole number from 1 to {Most}.");
        return 0;
    }
}
