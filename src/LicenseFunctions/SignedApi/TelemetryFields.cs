using System.Globalization;
using System.Text.Json;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// Reads the fields of an entry of telemetry. Type, group and the value of the type must be there; what says whose entry it
/// is may be left out, as published clients do. But once an entry is wrong, everything that is missing is listed.
/// </summary>
public sealed class TelemetryFields(SignedFields fields, Product? product)
{
    private const string SingleValue = "numeric-single-value";
    private const string XyAxis = "numeric-xy-axis";
    private const string Words = "text";
    private const int LongestShort = 255;
    private const int LongestText = 10_000;
    private const int LongestNumber = 64;

    /// <summary>What is wrong with the entry, in the order of the documents.</summary>
    public FieldErrors Errors()
    {
        var errors = Errors(everything: false);
        return errors.Any ? Errors(everything: true) : errors;
    }

    /// <summary>The entry as it is kept, wrong or right: texts that are too long are cut.</summary>
    public TelemetryEntry Entry(bool isCorrect) => new()
    {
        UserIdentifier = Cut(FieldNames.UserIdentifier, LongestShort),
        LicenseKey = Cut(FieldNames.LicenseKey, SignedFields.LongestKey),
        ActivationIdentifier = Cut(FieldNames.ActivationIdentifier, SignedFields.LongestKey),
        ProductId = product?.Id ?? fields.Number(FieldNames.ProductId),
        ProductVersion = Cut(FieldNames.ProductVersion, LongestShort),
        DataType = Cut(FieldNames.DataType, LongestShort),
        DataGroup = Cut(FieldNames.DataGroup, LongestShort),
        Data = Data() ?? "",
        IsCorrectFormat = isCorrect,
    };

    private FieldErrors Errors(bool everything)
    {
        var errors = new FieldErrors();
        if (product is null && (fields.Text(FieldNames.ProductId) ?? fields.Text(FieldNames.ProductUuid)) is not null)
            errors.Invalid("product_id");
        else if (product is null && everything)
            errors.Required("product_id");
        Check(errors, FieldNames.UserIdentifier, LongestShort, everything);
        Check(errors, FieldNames.LicenseKey, SignedFields.LongestKey, everything);
        Check(errors, FieldNames.ActivationIdentifier, SignedFields.LongestKey, everything);
        Check(errors, FieldNames.ProductVersion, LongestShort, everything);
        var type = fields.Text(FieldNames.DataType);
        if (type is null)
            errors.Required("data_type");
        else if (type is not (SingleValue or XyAxis or Words))
            errors.Invalid("data_type");
        Check(errors, FieldNames.DataGroup, LongestShort, isRequired: true);
        CheckValue(errors, type);
        return errors;
    }

    private void CheckValue(FieldErrors errors, string? type)
    {
        if (type == Words)
            Check(errors, FieldNames.TextData, LongestText, isRequired: true);
        string[][] numbers = type switch
        {
            SingleValue => [FieldNames.NumericSingleValue],
            XyAxis => [FieldNames.NumericX, FieldNames.NumericY],
            _ => [],
        };
        foreach (var number in numbers)
        {
            if (fields.Text(number) is not { } text)
                errors.Required(number[0]);
            else if (!IsNumber(text))
                errors.Add(number[0], "must be a number");
        }
    }

    private void Check(FieldErrors errors, string[] names, int most, bool isRequired)
    {
        var text = fields.StoredText(names);
        if (string.IsNullOrEmpty(text) && isRequired)
            errors.Required(names[0]);
        else if (text?.Length > most)
            errors.Add(names[0], $"must not be greater than {most} characters");
    }

    /// <summary>The value of the type; where the type is wrong, whatever was sent.</summary>
    private string? Data() => fields.Text(FieldNames.DataType) switch
    {
        SingleValue => Single(),
        XyAxis => Xy(),
        Words => Cut(FieldNames.TextData, LongestText),
        _ => Single() ?? Cut(FieldNames.TextData, LongestText) ?? Xy(),
    };

    private string? Single() => Cut(FieldNames.NumericSingleValue, LongestNumber);

    /// <summary>Texts, as the numbers were sent: an answer holds no float, which clients would write differently.</summary>
    private string? Xy() => (Cut(FieldNames.NumericX, LongestNumber), Cut(FieldNames.NumericY, LongestNumber)) is var (x, y) && (x ?? y) is not null
        ? $"{{\"x\":\"{JsonEncodedText.Encode(x ?? "")}\",\"y\":\"{JsonEncodedText.Encode(y ?? "")}\"}}"
        : null;

    private string? Cut(string[] names, int most)
    {
        if (fields.StoredText(names) is not { Length: > 0 } text)
            return null;
        if (text.Length <= most)
            return text;
        // Not between the two halves of a character.
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }

    private static bool IsNumber(string text) => text.Length <= LongestNumber
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
}
