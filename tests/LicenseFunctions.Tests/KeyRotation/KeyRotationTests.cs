using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.KeyRotation;

public sealed class LocalKeyRotationTests : KeyRotationContract
{
    protected override Task<ISigner> OpenAsync() => Task.FromResult<ISigner>(new LocalKeySigner(KeysPath, Time));
}

public sealed class KeyVaultRotationTests : KeyRotationContract
{
    private FakeVault _vault = null!;

    public override async Task InitializeAsync()
    {
        _vault = await FakeVault.StartAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _vault.DisposeAsync();
    }

    protected override Task<ISigner> OpenAsync() => Task.FromResult<ISigner>(_vault.CreateSigner(Time));
}
