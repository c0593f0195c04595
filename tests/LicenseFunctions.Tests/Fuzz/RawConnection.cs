using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>A connection on which any bytes may be sent; what comes back is read strictly.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly byte[] _buffer = new byte[32 * 1024];
    private NetworkStream _stream = null!;
    private int _start;
    private int _end;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(address.Host, address.Port);
        connection._stream = connection._tcp.GetStream();
        return connection;
    }

    /// <summary>True when the server has said that it closes the connection.</summary>
    public bool IsClosing { get; private set; }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => await _stream.WriteAsync(bytes, cancel);

    /// <summary>Nothing more is sent; what was sent is all there is of the request.</summary>
    public void EndSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads an answer; null when the connection was closed before one.</summary>
    public async Task<RawAnswer?> ReadAsync(bool hasBody, CancellationToken cancel)
    {
        while (true)
        {
            if (await LineAsync(cancel) is not { } line)
                return null;
            var status = int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (await LineAsync(cancel) is { Length: > 0 } header)
                headers[header[..header.IndexOf(':', StringComparison.Ordinal)]] = header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            if (status is 100)
                continue;
            IsClosing = headers.GetValueOrDefault("Connection") == "close";
            return new(status, headers, hasBody && status is not (204 or 304) ? await BodyAsync(headers, cancel) : []);
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<byte[]> BodyAsync(Dictionary<string, string> headers, CancellationToken cancel)
    {
        if (headers.TryGetValue("Content-Length", out var length))
            return await ExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture), cancel);
        if (!headers.TryGetValue("Transfer-Encoding", out var encoding) || encoding != "chunked")
            return [];
        var body = new MemoryStream();
        while (int.Parse((await LineAsync(cancel))!, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var size and > 0)
        {
            body.Write(await ExactlyAsync(size, cancel));
            await LineAsync(cancel);
        }

        await LineAsync(cancel);
        return body.ToArray();
    }

    private async Task<byte[]> ExactlyAsync(int length, CancellationToken cancel)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            if (_start == _end && !await FillAsync(cancel))
                throw new EndOfStreamException("The answer ends within its body.");
            var count = Math.Min(length - read, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(bytes.AsSpan(read));
            (_start, read) = (_start + count, read + count);
        }

        return bytes;
    }

    private async Task<string?> LineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancel))
                return line.Length == 0 ? null : throw new EndOfStreamException("The answer ends within its head.");
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var end = at < 0 ? _end : _start + at;
            line.Append(Encoding.Latin1.GetString(_buffer, _start, end - _start));
            _start = at < 0 ? _end : end + 1;
            if (at >= 0)
                return line.ToString().TrimEnd('\r');
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancel)
    {
        (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancel));
        return _end > 0;
    }
}
