using System;
using System.Collections.Generic;

namespace Azure.Security.KeyVault.Keys;

public class KeyVaultKey
{
    public KeyVaultKey(string name)
        : this(new KeyProperties(name), new JsonWebKey([]))
    {
    }

    internal KeyVaultKey(KeyProperties properties, JsonWebKey key) => (Properties, Key) = (properties, key);

    public Uri Id => Key.Id is null ? null : new Uri(Key.Id);

    public string Name => Properties.Name;

    public JsonWebKey Key { get; }

    public KeyType KeyType => Key.KeyType;

    public IReadOnlyCollection<KeyOperation> KeyOperations => Key.KeyOps;

    public KeyProperties Properties { get; }
}
