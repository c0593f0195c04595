using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>Makes of a well-formed request one that is not, or not quite. The same seed makes the same requests.</summary>
internal sealed class FuzzMutator(IReadOnlyList<FuzzSeed> seeds, string apiKey, int seed)
{
    private readonly Random _random = new(seed);
    private readonly FuzzSeed[] _weighted = [.. seeds.SelectMany(each => Enumerable.Repeat(each, each.Weight))];

    public FuzzRequest Next()
    {
        var from = _weighted[_random.Next(_weighted.Length)];
        var fields = from.Fields.Select(field => (field.Key, Json: field.Value?.ToJsonString() ?? "null")).ToList();
        for (var i = _random.Next(3); i > 0; i--)
            MutateFields(fields);
        var (method, path) = (_random.Next(25) == 0 ? Pick(Oddities.Methods) : from.Method, from.Path.Replace("API_KEY", apiKey, StringComparison.Ordinal));
        if (_random.Next(12) == 0)
            path = MutatePath(path);
        var headers = new List<(string Name, string Value)> { ("Host", "localhost") };
        if (_random.Next(20) != 0)
            headers.Add(("Authorization", _random.Next(25) == 0 ? Header(Oddities.Text(_random)) : $"Bearer {apiKey}"));
        if (method == "POST" && _random.Next(3) == 0)
            headers.Add(("Idempotency-Key", _random.Next(10) == 0 ? Header(Oddities.Text(_random)) : $"{_random.Next(1000)}"));
        byte[] body = [];
        if (from.Method == "GET" || _random.Next(30) == 0)
            path += (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + Encoded(fields);
        else
            body = BodyOf(fields, headers);
        if (_random.Next(10) == 0)
            MutateHeaders(headers);
        return Frame(new(method, path, headers, body));
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private void MutateFields(List<(string Key, string Json)> fields)
    {
        var at = fields.Count == 0 ? -1 : _random.Next(fields.Count);
        switch (at < 0 ? 0 : _random.Next(6))
        {
            case 0: fields.Add((Pick(Oddities.Names), Oddities.Json(_random))); break;
            case 1: fields.RemoveAt(at); break;
            case 2: fields.Add(fields[at] with { Json = Oddities.Json(_random) }); break;
            case 3: fields[at] = fields[at] with { Key = Pick(Oddities.Names) }; break;
            default: fields[at] = fields[at] with { Json = Oddities.Json(_random) }; break;
        }
    }

    private string MutatePath(string path) => _random.Next(14) switch
    {
        0 => "/" + path,
        1 => path.Replace("/", "//", StringComparison.Ordinal),
        2 => path + "/",
        3 => path + "/..",
        4 => "/%2e%2e" + path + "/%2e%2e%2fx",
        5 => path + "%00",
        6 => path + ";a=b",
        7 => path.ToUpperInvariant(),
        8 => "http://other.example" + path,
        9 => path + "/%zz%",
        10 => path + "/" + new string('a', 1 << _random.Next(13)),
        11 => path.Insert(_random.Next(path.Length), "%c3%28"),
        12 => "/api/v1/" + Uri.EscapeDataString(Texts()),
        _ => path[.._random.Next(1, path.Length)],
    };

    /// <summary>A text that can be percent-encoded.</summary>
    private string Texts() => new([.. Oddities.Text(_random).Where(c => !char.IsSurrogate(c)).Take(500)]);

    private byte[] BodyOf(List<(string Key, string Json)> fields, List<(string Name, string Value)> headers)
    {
        var kind = _random.Next(10);
        var (type, body) = kind switch
        {
            < 6 => ("application/json", Encoding.UTF8.GetBytes($"{{{string.Join(',', fields.Select(field => $"{JsonValue.Create(field.Key).ToJsonString()}:{field.Json}"))}}}")),
            < 9 => ("application/x-www-form-urlencoded", Encoding.ASCII.GetBytes(Encoded(fields))),
            _ => ("multipart/form-data; boundary=x", Multipart(fields)),
        };
        if (_random.Next(8) == 0)
            body = MutateBytes(body, headers);
        if (_random.Next(20) != 0)
            headers.Add(("Content-Type", _random.Next(20) == 0 ? Pick(Oddities.Types) : type));
        return body;
    }

    private byte[] MutateBytes(byte[] body, List<(string Name, string Value)> headers)
    {
        switch (_random.Next(8))
        {
            case 0: return body[.._random.Next(body.Length + 1)];
            case 1: return [0xEF, 0xBB, 0xBF, .. body];
            case 2: return Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body));
            case 3: return [.. body, .. new byte[_random.Next(100_000)]];
            case 4:
                headers.Add(("Content-Encoding", "gzip"));
                var zipped = new MemoryStream();
                using (var gzip = new GZipStream(zipped, CompressionMode.Compress, leaveOpen: true))
                    gzip.Write(body);
                return zipped.ToArray();
            default:
                var copy = body.ToArray();
                for (var i = _random.Next(1, 4); i > 0 && copy.Length > 0; i--)
                    copy[_random.Next(copy.Length)] = (byte)Pick([0, 0x80, 0xC0, 0xFF, '"', '{', ',', '\\', '%', '&', _random.Next(256)]);
                return copy;
        }
    }

    private void MutateHeaders(List<(string Name, string Value)> headers)
    {
        switch (_random.Next(12))
        {
            case 0: headers.Add(("X-Large", new string('a', 1 << _random.Next(10, 17)))); break;
            case 1: headers.AddRange(Enumerable.Range(0, _random.Next(60, 140)).Select(i => ($"X-{i}", "1"))); break;
            case 2: headers.RemoveAt(0); break;
            case 3: headers.Add(("Host", "other.example")); break;
            case 4: headers.Add(("Expect", Pick(["100-continue", "200-ok"]))); break;
            case 5: headers.Add(("X-Forwarded-For", Header(Oddities.Text(_random)))); break;
            case 6: headers.Add(("Range", Pick(["bytes=0-", "bytes=5-1", "bytes=-0", "bytes=0-0,1-1,2-2", "lines=1", "bytes=99999999999999999999-"]))); break;
            case 7: headers.Add(("Origin", "https://evil.example")); break;
            case 8: headers.Add(("If-None-Match", "*")); break;
            case 9: headers.Add(("Bad Name", "1")); break;
            case 10: headers.Add(("Connection", Pick(["close", "upgrade", "keep-alive"]))); break;
            default: headers.Add(("Accept", Header(Oddities.Text(_random)))); break;
        }
    }

    private FuzzRequest Frame(FuzzRequest request) => _random.Next(60) switch
    {
        0 => request with { Framing = Framing.Chunked },
        1 => request with { Framing = Framing.OddChunks, KeepsConnection = false },
        2 when request.Body.Length > 0 => request with { Framing = Framing.Truncated, KeepsConnection = false },
        3 => request with { Pipelined = _random.Next(2, 5) },
        _ => request,
    };

    private static string Header(string text) => new([.. text.Where(c => c is not ('\r' or '\n')).Take(4000)]);

    private static string Encoded(List<(string Key, string Json)> fields) =>
        string.Join('&', fields.Select(field => $"{Escaped(field.Key)}={Escaped(TextOf(field.Json))}"));

    private static byte[] Multipart(List<(string Key, string Json)> fields)
    {
        var parts = fields.Select(field => $"--x\r\nContent-Disposition: form-data; name=\"{field.Key}\"\r\n\r\n{TextOf(field.Json)}\r\n");
        return Encoding.UTF8.GetBytes($"{string.Concat(parts)}--x--\r\n");
    }

    /// <summary>As a form would have it.</summary>
    private static string TextOf(string json) => json is ['"', .. var inner, '"'] ? inner : json;

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
            escaped.Append(char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' ? ((char)b).ToString() : $"%{b:x2}");
        return escaped.ToString();
    }
}
