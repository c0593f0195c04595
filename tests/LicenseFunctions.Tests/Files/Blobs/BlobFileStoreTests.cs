using LicenseFunctions.Files;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Files.Blobs;

public sealed class BlobFileStoreTests : FileStoreContract
{
    protected override async Task<IFileStore> NewStoreAsync() => await AzuriteBlobs.NewStoreAsync();
}
