using System.Security.Cryptography;
using LicenseFunctions.KeyRotation;
using LicenseFunctions.Moving;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.KeyRotation;

/// <summary>Which key signs in the place that a store is moved to.</summary>
public abstract partial class KeyRotationContract
{
    private int _moves;

    /// <summary>Uses a signer of the other kind, which has no keys.</summary>
    protected abstract Task InAnotherPlaceAsync(Func<ISigner, Task> use);

    [Fact]
    public async Task A_store_that_is_moved_beside_its_keys_signs_with_the_key_that_was_rotated_to()
    {
        var old = await FirstKeyAsync();
        var rotated = (await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None)).Version!;

        await MoveAsync(await OpenAsync(), async (there, missing) =>
        {
            Assert.Equal([], missing);
            Assert.Equal([rotated.KeyId, old.KeyId], await RotatingClient.KeyIdsAsync(there));
        });
        await Rotation.RetireAsync("global", old.KeyId, isForced: true, None);
        await MoveAsync(await OpenAsync(), async (there, missing) =>
        {
            Assert.Equal([], missing);
            Assert.Equal([rotated.KeyId], await RotatingClient.KeyIdsAsync(there));
        });
    }

    [Fact]
    public async Task A_switch_that_is_planned_happens_in_the_new_place_at_its_instant()
    {
        var old = await FirstKeyAsync();
        var rotated = await Rotation.RotateAsync("global", isNow: false, keepsExisting: false, None);

        await MoveAsync(await OpenAsync(), async (there, _) =>
        {
            Assert.Equal(old.KeyId, (await there.Keys.GlobalAsync(None)).KeyId);
            Time.Advance(TimeSpan.FromMilliseconds(rotated.At!.Value - Now));
            Assert.Equal(rotated.Version!.KeyId, (await there.Keys.GlobalAsync(None)).KeyId);
        });
    }

    /// <summary>From a folder to a vault, and from a vault to a folder.</summary>
    [Fact]
    public async Task Keys_that_are_imported_where_the_store_was_moved_to_play_their_parts_again()
    {
        using var first = RSA.Create(2048);
        using var second = RSA.Create(2048);
        var old = (await Rotation.ImportAsync("global", first, isNow: true, None)).Version!;
        Time.Advance(TimeSpan.FromSeconds(2));
        var current = (await Rotation.ImportAsync("global", second, isNow: true, None)).Version!;

        await InAnotherPlaceAsync(signer => MoveAsync(signer, async (there, missing) =>
        {
            Assert.Equal(2, missing.Count);
            Assert.Contains(missing, line => line.StartsWith($"The signing key global signs with {current.KeyId}, which is not here", StringComparison.Ordinal));
            await Assert.ThrowsAsync<SigningUnavailableException>(async () => await there.Keys.GlobalAsync(None));

            var rotation = there.Services.GetRequiredService<SigningKeyRotation>();
            Assert.Equal(KeyRotationResult.Restored, (await rotation.ImportAsync("global", first, isNow: false, None)).Result);
            Assert.Equal(KeyRotationResult.Restored, (await rotation.ImportAsync("global", second, isNow: true, None)).Result);
            Time.Advance(TimeSpan.FromSeconds(11));
            await there.Keys.RefreshAsync(None);

            Assert.Equal([current.KeyId, old.KeyId], await RotatingClient.KeyIdsAsync(there));
            Assert.Equal(2, (await rotation.ListAsync(None)).Count);
        }));
    }

    [Fact]
    public async Task Where_no_key_came_along_another_one_signs_after_a_rotation_at_once()
    {
        await FirstKeyAsync();
        await Rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);
        await Rotation.AnnounceAsync("global", None);

        await InAnotherPlaceAsync(signer => MoveAsync(signer, async (there, missing) =>
        {
            Assert.Equal(3, missing.Count);
            var rotation = there.Services.GetRequiredService<SigningKeyRotation>();
            var next = await rotation.RotateAsync("global", isNow: true, keepsExisting: false, None);
            Time.Advance(TimeSpan.FromSeconds(11));
            await there.Keys.RefreshAsync(None);
            Assert.Equal([next.Version!.KeyId], await RotatingClient.KeyIdsAsync(there));
        }));
    }

    /// <summary>Moves the store, starts a server on what came out, and hands it over with what the import warned about.</summary>
    private async Task MoveAsync(ISigner signer, Func<ApiHost, IReadOnlyList<string>, Task> lookAsync)
    {
        using var file = new MemoryStream();
        await _one.Services.GetRequiredService<StoreExport>().WriteAsync(file, null, None);
        file.Position = 0;
        await using var store = await SqliteTableStore.OpenAsync(_folder[$"moved{++_moves}.db"], None);
        var keys = new MovedKeys(signer, Time);
        await new StoreImport(new PatientStore(store, Time), keys).RunAsync(file, ImportMode.Add, 8, null, None);
        await using var host = await ApiHost.StartAsync(store, signer, Time);
        await lookAsync(host, await keys.MissingAsync(None));
    }
}
