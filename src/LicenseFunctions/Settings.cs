using System.Globalization;
using LicenseFunctions.Http;
using Microsoft.Extensions.Configuration;

namespace LicenseFunctions;

/// <summary>A setting that the application cannot start with; the message is one line that says what to do.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>Reads settings by name, remembering which exist, so that a misspelt one is noticed.</summary>
internal sealed class Settings(IConfiguration configuration)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string? Text(string name)
    {
        _known.Add(name);
        return configuration[name] is { Length: > 0 } text ? text : null;
    }

    public T Choice<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
            return otherwise;
        var names = Enum.GetNames<T>();
        return names.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new SettingException($"{Shown(name)} is \"{text}\"; it can be {string.Join(" or ", names)}.");
    }

    public Uri? Address(string name) =>
        Text(name) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" ? uri
        : throw new SettingException($"{Shown(name)} is not an address such as https://example.vault.azure.net.");

    public bool Flag(string name, bool otherwise) =>
        Text(name) is not { } text ? otherwise
        : bool.TryParse(text, out var flag) ? flag
        : throw new SettingException($"{Shown(name)} is \"{text}\"; it can be true or false.");

    /// <summary>A number of requests a minute; 0 is off.</summary>
    public int Limit(string name, int otherwise) =>
        Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit <= 10_000_000 ? limit
        : throw new SettingException($"{Shown(name)} is \"{text}\"; it is a number of requests a minute, 0 for no limit, at most 10000000.");

    public int Days(string name, int otherwise) =>
        Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 36_500 ? days
        : throw new SettingException($"{Shown(name)} is \"{text}\"; it is a number of days, at least 1, at most 36500.");

    public TimeSpan Length(string name, TimeSpan otherwise, TimeSpan least) =>
        Text(name) is not { } text ? otherwise
        : Duration.TryParse(text, out var length) && length >= least ? length
        : throw new SettingException($"{Shown(name)} is \"{text}\"; it is {Duration.Form}, at least {Duration.Show(least)}.");

    public TrustedProxies Proxies(string name) =>
        Text(name) is not { } text ? TrustedProxies.None
        : TrustedProxies.TryParse(text, out var proxies) ? proxies
        : throw new SettingException(
            $"{Shown(name)} is \"{text}\"; it is a list of addresses and ranges such as 10.0.0.0/8, or how many proxies there are, at most {TrustedProxies.MostHops}.");

    /// <summary>Throws when one of our sections holds a setting that nothing reads.</summary>
    public void RefuseUnknown(params string[] sections)
    {
        foreach (var setting in sections.SelectMany(section => configuration.GetSection(section).AsEnumerable()))
        {
            if (setting.Value is not null && !_known.Contains(setting.Key))
                throw new SettingException($"There is no setting {Shown(setting.Key)}; README.md lists the settings.");
        }
    }

    private static string Shown(string name) => name.Replace(":", "__", StringComparison.Ordinal);
}
