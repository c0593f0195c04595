namespace LicenseFunctions;

/// <summary>Every log message and event id. License keys, API keys and identifiers only as short hashes.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Refused {Endpoint}: {Code} {Reason} (license {License}, identifier {Identifier}, API key {ApiKey})")]
    public static partial void Refused(
        ILogger logger, string endpoint, string code, string reason, string license, string identifier, string apiKey);

    [LoggerMessage(2, LogLevel.Warning, "{Endpoint} could not be answered: {Reason}")]
    public static partial void Unavailable(ILogger logger, string endpoint, string reason);

    [LoggerMessage(3, LogLevel.Error, "{Endpoint} failed")]
    public static partial void Failed(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(4, LogLevel.Information, "Created the first API key {Id} with every capability")]
    public static partial void FirstApiKey(ILogger logger, string id);

    [LoggerMessage(5, LogLevel.Warning, "The marketplace could not be asked about a purchase code: {Reason}")]
    public static partial void MarketplaceUnavailable(ILogger logger, string reason);

    [LoggerMessage(40, LogLevel.Warning, "The result of queued assignment {Job} was not delivered: {Outcome}")]
    public static partial void WebhookGivenUp(ILogger logger, string job, Webhooks.WebhookOutcome outcome);

    /// <summary>The first characters of a hash; a dash when there is none.</summary>
    public static string Brief(string? hash) => hash is { Length: >= 12 } ? hash[..12] : "-";
}
