using System.Globalization;
using System.Text;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>How the body is framed.</summary>
internal enum Framing
{
    /// <summary>By its length.</summary>
    Length,

    /// <summary>In chunks.</summary>
    Chunked,

    /// <summary>In chunks that are not well formed.</summary>
    OddChunks,

    /// <summary>The length names more than is sent.</summary>
    Truncated,
}

/// <summary>A request as it is sent, byte for byte.</summary>
internal sealed record FuzzRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public Framing Framing { get; init; }

    /// <summary>How many times it is sent before an answer is read.</summary>
    public int Pipelined { get; init; } = 1;

    /// <summary>False when the server may close the connection, or wait for more of the request.</summary>
    public bool KeepsConnection { get; init; } = true;

    public byte[] ToBytes()
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\n");
        foreach (var (name, value) in Headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append(Framing switch
        {
            Framing.Length when Body.Length == 0 && Method is "GET" or "HEAD" or "OPTIONS" => "",
            Framing.Length => $"Content-Length: {Body.Length}\r\n",
            Framing.Truncated => $"Content-Length: {Body.Length + 1 + (Body.Length % 7)}\r\n",
            _ => "Transfer-Encoding: chunked\r\n",
        }).Append("\r\n");
        // Latin-1: a header is bytes, and some of ours are no ASCII.
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. BodyBytes()];
    }

    /// <summary>For a report: everything that is not printable ASCII as <c>\xNN</c>, not too long.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var b in ToBytes().AsSpan(0, Math.Min(2000, ToBytes().Length)))
            text.Append(b is >= 32 and < 127 ? ((char)b).ToString() : b == '\n' ? "\\n\n" : string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}"));
        return text.ToString();
    }

    private byte[] BodyBytes()
    {
        if (Framing is Framing.Length or Framing.Truncated)
            return Body;
        var chunks = new MemoryStream();
        foreach (var chunk in Body.Chunk(Math.Max(1, Body.Length / 3)))
        {
            chunks.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}{(Body.Length % 2 == 0 ? ";extension=1" : "")}\r\n"));
            chunks.Write(chunk);
            chunks.Write("\r\n"u8);
        }

        chunks.Write(Framing == Framing.OddChunks ? "zz\r\n\r\n"u8 : "0\r\nTrailer-Field: 1\r\n\r\n"u8);
        return chunks.ToArray();
    }
}
