using System;

namespace Azure.Security.KeyVault.Keys;

public class CreateRsaKeyOptions : CreateKeyOptions
{
    public CreateRsaKeyOptions(string name, bool hardwareProtected = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        KeyType = hardwareProtected ? KeyType.RsaHsm : KeyType.Rsa;
    }

    public string Name { get; }

    public KeyType KeyType { get; }

    public bool HardwareProtected => KeyType == KeyType.RsaHsm;

    public int? KeySize { get; set; }

    public int? PublicExponent { get; set; }
}
