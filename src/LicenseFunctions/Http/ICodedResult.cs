using LicenseFunctions.Limits;

namespace LicenseFunctions.Http;

/// <summary>An answer that says of itself what it is, for whoever counts answers. Read only when somebody does.</summary>
public interface ICodedResult : IResult
{
    /// <summary>The code of the contract; the HTTP status where the contract has no answer.</summary>
    string Code { get; }

    /// <summary>The limit that refused the request.</summary>
    LimitKind LimitedBy { get; }
}
