using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Reads the key and the value of a piece of metadata. Each endpoint has codes of its own for what is missing.</summary>
public sealed class MetaFields
{
    private readonly string? _key;
    private readonly string? _value;

    public MetaFields(SignedFields fields) =>
        (_key, _value) = (fields.StoredText(FieldNames.MetaKey), fields.StoredText(FieldNames.MetaValue));

    public string Key => _key ?? "";

    public string Value => _value ?? "";

    /// <summary>What to answer when the fields will not do; null when they do.</summary>
    /// <param name="product">Whose key signs.</param>
    /// <param name="keyRequired">The endpoint's code for a key that is missing or too long.</param>
    /// <param name="valueRequired">Its code for such a value; null where there is none.</param>
    public SignedAnswer? Refuse(Product? product, ResultCode keyRequired, ResultCode? valueRequired = null) =>
        Refuse(product, keyRequired, "key", _key, MetaEntry.LongestKey)
        ?? (valueRequired is null ? null : Refuse(product, valueRequired, "value", _value, MetaEntry.LongestValue));

    /// <summary>What is to be done with a license's metadata; null when the fields will not do for it.</summary>
    public MetaEdit? EditOf(MetaEditKind kind) =>
        IsUsable(_key, MetaEntry.LongestKey) && (kind == MetaEditKind.Delete || IsUsable(_value, MetaEntry.LongestValue))
            ? new(kind, Key, Value)
            : null;

    /// <summary>The answer when there are as many pieces of metadata as there may be: another key is not taken.</summary>
    public static SignedAnswer AnswerFull(Product? product, ResultCode keyRequired) =>
        Answer(product, keyRequired, "key", $"must not be a new one: there are {MetaEntry.Most} already");

    private static bool IsUsable(string? text, int most) => text is { Length: > 0 } && text.Length <= most;

    private static SignedAnswer? Refuse(Product? product, ResultCode code, string field, string? text, int most) =>
        IsUsable(text, most) ? null
        : string.IsNullOrEmpty(text) ? SignedCall.AnswerFor(product, code)
        : Answer(product, code, field, $"must not be greater than {most} characters");

    private static SignedAnswer Answer(Product? product, ResultCode code, string field, string rule)
    {
        var errors = new FieldErrors();
        errors.Add(field, rule);
        return SignedCall.AnswerFor(product, code, errors.Write);
    }
}
