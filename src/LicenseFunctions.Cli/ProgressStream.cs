using System.Globalization;

namespace LicenseFunctions.Cli;

/// <summary>
/// Reads a file and tells how far it is, when it is large: a line at each tenth. The file is read twice, to be named by
/// its content and to be kept; one that is kept already is read once.
/// </summary>
internal sealed class ProgressStream(Stream file, string name, TextWriter progress) : Stream
{
    /// <summary>Shorter ones are done before anybody wonders.</summary>
    public const long Large = 32L << 20;

    private const int Steps = 10;

    private long _read;
    private long _told;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => file.Position = value; }

    public override int Read(byte[] buffer, int offset, int count) => Told(file.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Told(file.Read(buffer));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Told(await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private int Told(int read)
    {
        _read += read;
        if (Length < Large)
            return read;
        var step = Math.Min(_read * Steps / (2 * Length), Steps);
        if (step > _told)
            progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {step * 100 / Steps} % of {Length >> 20} MB"));
        _told = Math.Max(step, _told);
        return read;
    }
}
