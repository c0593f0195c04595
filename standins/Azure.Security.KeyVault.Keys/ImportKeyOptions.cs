using System;

namespace Azure.Security.KeyVault.Keys;

public class ImportKeyOptions
{
    public ImportKeyOptions(string name, JsonWebKey keyMaterial)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(keyMaterial);
        Properties = new KeyProperties(name);
        Key = keyMaterial;
    }

    public string Name => Properties.Name;

    public JsonWebKey Key { get; }

    public KeyProperties Properties { get; }
}
