using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.KeyRotation;

public sealed class LocalKeyRotationTests : KeyRotationContract
{
    protected override Task<ISigner> OpenAsync() => Task.FromResult<ISigner>(new LocalKeySigner(KeysPath, Time));

    protected override async Task InAnotherPlaceAsync(Func<ISigner, Task> use)
    {
        await using var vault = await FakeVault.StartAsync();
        await use(vault.CreateSigner(Time));
    }
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

        // Whatever was done: the app's grants are on its keys, and would not have allowed it.
        Assert.DoesNotContain("GET /keys", _vault.Requests);
        await _vault.DisposeAsync();
    }

    protected override Task<ISigner> OpenAsync() => Task.FromResult<ISigner>(_vault.CreateSigner(Time));

    protected override Task InAnotherPlaceAsync(Func<ISigner, Task> use) => use(new LocalKeySigner(KeysPath, Time));
}
