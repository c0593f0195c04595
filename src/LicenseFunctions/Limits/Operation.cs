namespace LicenseFunctions.Limits;

/// <summary>What a request that names itself is to its handler.</summary>
/// <param name="Id">The same for every attempt, so that what a handler makes can be made under it.</param>
/// <param name="IsResumed">True when an earlier attempt died; it may have made all, a part or nothing.</param>
public sealed record Operation(Guid Id, bool IsResumed)
{
    /// <summary>When the first attempt began, in Unix milliseconds.</summary>
    public long BeganAt { get; init; }

    /// <summary>What an earlier attempt was about to do; null when none came so far, or none said so.</summary>
    public OperationPlan? Planned { get; init; }

    /// <summary>Keeps what is about to be done, before it is: for what cannot be told from its traces afterwards.</summary>
    public Func<OperationPlan, Task> PlanAsync { get; init; } = _ => Task.CompletedTask;
}

/// <summary>What an attempt is about to do.</summary>
/// <param name="Answer">The answer once it is done; null where the traces tell.</param>
/// <param name="Number">A number that was drawn for it.</param>
public sealed record OperationPlan(RecordedAnswer? Answer, long Number = 0);
