namespace LicenseFunctions.Files;

/// <summary>A file that was saved: what it is found by, and how long it is.</summary>
/// <param name="Sha256">Of its content, in lower-case hex.</param>
/// <param name="Size">In bytes.</param>
public sealed record SavedFile(string Sha256, long Size);

/// <summary>
/// The files that can be downloaded, each under the hash of its content: a name from outside never becomes a part of a
/// path, the same content is kept once, and what is found under a hash never changes. Implementations are safe for
/// concurrent use, by several processes too.
/// </summary>
/// <remarks>
/// Every method throws <see cref="Storage.StorageUnavailableException"/> when the files cannot be reached for now, and
/// <see cref="ArgumentException"/> for a hash that is none.
/// </remarks>
public interface IFileStore
{
    /// <summary>Saves a content; when this returns, it is found.</summary>
    /// <param name="content">Can seek; it is read twice, from its start.</param>
    /// <param name="cancel">Breaks off; nothing is found then that was not before.</param>
    Task<SavedFile> SaveAsync(Stream content, CancellationToken cancel);

    /// <summary>Opens a part of a file. Null when there is no such file.</summary>
    /// <param name="sha256">The hash it was saved under.</param>
    /// <param name="from">The first byte, from 0.</param>
    /// <param name="length">How many bytes are wanted; the stream may go on after them.</param>
    /// <param name="cancel">Cancels the opening and the reading.</param>
    Task<Stream?> OpenAsync(string sha256, long from, long length, CancellationToken cancel);

    /// <summary>Deletes a file; nothing happens when there is none.</summary>
    Task DeleteAsync(string sha256, CancellationToken cancel);
}
