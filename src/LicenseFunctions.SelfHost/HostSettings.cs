using Microsoft.Extensions.Configuration;

namespace LicenseFunctions.SelfHost;

/// <summary>What a host is built from.</summary>
/// <param name="All">The settings as read.</param>
/// <param name="Options">The same, checked.</param>
/// <param name="Ahead">What was begun already; null where nothing was.</param>
internal sealed record HostSettings(IConfiguration All, LicensingOptions Options, StartedAhead? Ahead);
