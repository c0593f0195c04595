using Azure.Core;

namespace LicenseFunctions.Files.Blobs;

/// <summary>The settings of the pipeline, which Azure.Core wants in a class of the client's own.</summary>
internal sealed class BlobClientOptions : ClientOptions;
