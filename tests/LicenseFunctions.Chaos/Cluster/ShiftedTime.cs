namespace LicenseFunctions.Chaos.Cluster;

/// <summary>The machine's clock, some time ahead: whoever has it finds everything overdue that is under way.</summary>
internal sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
