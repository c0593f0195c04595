namespace LicenseFunctions.Checks;

/// <summary>How long what is under way may take before something must be wrong: well above what timers need.</summary>
internal static class Bounds
{
    /// <summary>For what timers look after every minute or oftener.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(15);

    /// <summary>For what is kept a day and looked after every hour.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromHours(27);

    /// <summary>A new license is listed by the call that makes it, or by the timer that finishes its plan.</summary>
    public static readonly TimeSpan Creation = TimeSpan.FromMinutes(10);
}
