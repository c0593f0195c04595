using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>One piece of metadata of a product or of a license.</summary>
/// <param name="Id">Its number, which rises in the order of creation; unique for its owner.</param>
/// <param name="Key">Unique for its owner.</param>
/// <param name="Value">Any text.</param>
public sealed record MetaEntry(long Id, string Key, string Value)
{
    public const int Schema = 1;

    /// <summary>How many a product or a license has at most.</summary>
    public const int Most = 100;

    public const int LongestKey = 255;
    public const int LongestValue = 10_000;

    public static MetaEntry From(RowValues values) =>
        new(values.GetNumber("number"), values.GetText("key") ?? "", values.GetText("value") ?? "");

    /// <param name="owner">The property that names the owner.</param>
    /// <param name="ownerId">The owner's number.</param>
    public RowValues ToValues(string owner, long ownerId) => new()
    {
        ["schema"] = Schema,
        [owner] = ownerId,
        ["number"] = Id,
        ["key"] = Key,
        ["value"] = Value,
    };
}

/// <summary>How a change of metadata ended.</summary>
public enum MetaOutcome
{
    Done,

    /// <summary>There is an entry of that key already.</summary>
    KeyExists,

    /// <summary>There is no entry of that key.</summary>
    KeyUnknown,

    /// <summary>There are as many as there may be.</summary>
    Full,

    /// <summary>Whose it would be is gone.</summary>
    OwnerUnknown,

    /// <summary>The identifier that was sent is not active.</summary>
    NotActive,
}
