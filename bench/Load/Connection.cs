using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace LicenseFunctions.Bench.Load;

/// <summary>One kept connection that speaks as little HTTP/1.1 as the servers here need: an answer has a length.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _bodyAt;
    private int _bodyLength;

    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_bodyAt, _bodyLength);

    public async Task ConnectAsync(int port) => await _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Sends one request and reads its whole answer.</summary>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        var sent = await _socket.SendAsync(request);
        while (sent < request.Length)
            sent += await _socket.SendAsync(request[sent..]);
        var have = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(have));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            have += read;
            if (IsWhole(_buffer.AsSpan(0, have)))
                return Status(_buffer);
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        _bodyAt = end + 4;
        _bodyLength = LengthOf(answer[..end]);
        return answer.Length >= _bodyAt + _bodyLength;
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length
            : throw new IOException("An answer without a length.");
    }

    private static int Status(ReadOnlySpan<byte> answer) => ((answer[9] - '0') * 100) + ((answer[10] - '0') * 10) + answer[11] - '0';
}
