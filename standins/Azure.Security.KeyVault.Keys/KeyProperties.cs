using System;
using System.Collections.Generic;

namespace Azure.Security.KeyVault.Keys;

public class KeyProperties
{
    public KeyProperties(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    public KeyProperties(Uri id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Id = id;
        VaultUri = new Uri(id.GetLeftPart(UriPartial.Authority));

        // /keys/NAME or /keys/NAME/VERSION: the list of a vault's keys names no version.
        var segments = id.AbsolutePath.Trim('/').Split('/');
        if (segments.Length is < 2 or > 3 || segments[0] != "keys")
            throw new ArgumentException($"'{id}' is not the identifier of a key.", nameof(id));
        Name = segments[1];
        Version = segments.Length == 3 ? segments[2] : null;
    }

    public string Name { get; }

    public Uri Id { get; }

    public Uri VaultUri { get; }

    public string Version { get; }

    public bool Managed { get; internal set; }

    public bool? Enabled { get; set; }

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? ExpiresOn { get; set; }

    public DateTimeOffset? CreatedOn { get; internal set; }

    public DateTimeOffset? UpdatedOn { get; internal set; }

    public string RecoveryLevel { get; internal set; }

    public int? RecoverableDays { get; internal set; }

    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>();
}
