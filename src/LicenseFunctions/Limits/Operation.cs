namespace LicenseFunctions.Limits;

/// <summary>What a request that names itself is to its handler.</summary>
/// <param name="Id">The same for every attempt, so that what a handler makes can be made under it.</param>
/// <param name="IsResumed">True when an earlier attempt died; it may have made all, a part or nothing.</param>
public sealed record Operation(Guid Id, bool IsResumed);
