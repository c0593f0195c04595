using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LicenseFunctions.Http;

/// <summary>A request that cannot be read, for which the contracts have no answer of their own.</summary>
/// <param name="Status">400, 413 or 415.</param>
/// <param name="Detail">What is wrong with it, for the developer of the client.</param>
public sealed record UnreadableRequest(int Status, string Detail);

/// <summary>Reads the fields of a request: query, then JSON, form or multipart body, each within its limits.</summary>
public static class RequestFieldsReader
{
    /// <summary>The longest body, in bytes; creating keys in bulk has a larger one.</summary>
    public const int MostBytes = 64 * 1024;

    private const int DeepestJson = 32;
    private const int MostFields = 200;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads query and body. Exactly one of the two answers is set.</summary>
    public static async ValueTask<(RequestFields? Fields, UnreadableRequest? Unreadable)> ReadAsync(
        HttpRequest request, int mostBytes, CancellationToken cancel)
    {
        try
        {
            var fields = new RequestFields { Query = request.QueryString.Value ?? "" };
            ReadUrlEncoded(request.QueryString.Value.AsSpan().TrimStart('?'), fields);
            var body = await ReadBodyAsync(request, mostBytes, cancel).ConfigureAwait(false);
            fields.Body = body;
            if (body.Length > 0)
                await ReadBodyAsync(request.ContentType, body, fields, cancel).ConfigureAwait(false);
            return (fields, null);
        }
        catch (UnreadableException e)
        {
            return (null, new(e.Status, e.Message));
        }
        catch (JsonException)
        {
            return (null, new(StatusCodes.Status400BadRequest, "The body is not JSON, is nested too deeply, or is not in UTF-8."));
        }
        catch (Exception e) when (e is DecoderFallbackException or InvalidDataException or FormatException)
        {
            return (null, new(StatusCodes.Status400BadRequest, "The body or the query is not well formed or not in UTF-8."));
        }
        catch (BadHttpRequestException e)
        {
            return (null, new(e.StatusCode, "The body could not be received."));
        }
    }

    private static async ValueTask<byte[]> ReadBodyAsync(HttpRequest request, int mostBytes, CancellationToken cancel)
    {
        if (request.ContentLength > mostBytes)
            throw TooLarge(mostBytes);
        if (request.ContentLength == 0 || HttpMethods.IsGet(request.Method))
            return [];
        while (true)
        {
            var result = await request.BodyReader.ReadAsync(cancel).ConfigureAwait(false);
            if (result.Buffer.Length > mostBytes)
            {
                // A read that is left open would be the server's error when it takes the rest off the connection.
                request.BodyReader.AdvanceTo(result.Buffer.End);
                throw TooLarge(mostBytes);
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                request.BodyReader.AdvanceTo(result.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static async ValueTask ReadBodyAsync(string? contentType, byte[] body, RequestFields fields, CancellationToken cancel)
    {
        // As nearly every client writes them.
        if (contentType is "application/json")
        {
            ReadJson(body, fields);
            return;
        }

        if (contentType is "application/x-www-form-urlencoded")
        {
            ReadUrlEncoded(StrictUtf8.GetString(body), fields);
            return;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || (type.Charset.HasValue && !IsUtf8(type)))
            throw WrongType();
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            ReadJson(body, fields);
        else if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            ReadUrlEncoded(StrictUtf8.GetString(body), fields);
        else if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            await ReadMultipartAsync(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), body, fields, cancel).ConfigureAwait(false);
        else
            throw WrongType();
    }

    private static void ReadJson(byte[] body, RequestFields fields)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DeepestJson });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new UnreadableException(StatusCodes.Status400BadRequest, "The body is JSON but not an object.");
        var count = 0;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            CheckCount(++count);
            fields.Set(NameOf(property), ValueOf(property.Value));
        }
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException();
        }
    }

    /// <summary>A text with half a surrogate pair is not Unicode; it is refused here, before anything is made of it.</summary>
    private static JsonElement ValueOf(JsonElement value)
    {
        try
        {
            // Only a list or an object outlives the document; scalars become texts before that.
            if (value.ValueKind == JsonValueKind.String)
                _ = value.GetString();
            return value.ValueKind is JsonValueKind.Array or JsonValueKind.Object ? value.Clone() : value;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException();
        }
    }

    private static void ReadUrlEncoded(ReadOnlySpan<char> text, RequestFields fields)
    {
        var count = 0;
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (pair.IsEmpty)
                continue;
            CheckCount(++count);
            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            Add(fields, name, equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }
    }

    private static string Decode(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('%', '+') < 0)
            return text.ToString();
        var utf8 = new byte[StrictUtf8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var b))
            {
                utf8[length++] = b;
                i += 2;
            }
            else if (text[i] == '+')
            {
                utf8[length++] = (byte)' ';
            }
            else
            {
                var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                length += StrictUtf8.GetBytes(text.Slice(i, pair), utf8.AsSpan(length));
                i += pair - 1;
            }
        }

        return StrictUtf8.GetString(utf8, 0, length);
    }

    private static async Task ReadMultipartAsync(string boundary, byte[] body, RequestFields fields, CancellationToken cancel)
    {
        if (boundary.Length is 0 or > 70)
            throw new UnreadableException(StatusCodes.Status400BadRequest, "The multipart body has no boundary.");
        var reader = new MultipartReader(boundary, new MemoryStream(body)) { BodyLengthLimit = body.Length };
        var count = 0;
        using var parts = new MemoryStream(body.Length);
        try
        {
            while (await reader.ReadNextSectionAsync(cancel).ConfigureAwait(false) is { } section)
            {
                CheckCount(++count);
                using var value = new MemoryStream();
                await section.Body.CopyToAsync(value, cancel).ConfigureAwait(false);
                var content = value.GetBuffer().AsMemory(0, (int)value.Length);
                AppendPart(parts, Encoding.UTF8.GetBytes(section.ContentDisposition ?? ""));
                AppendPart(parts, content.Span);
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || !disposition.Name.HasValue)
                    continue;
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                Add(fields, name, StrictUtf8.GetString(content.Span));
            }

            fields.Parts = parts.ToArray();
        }
        catch (IOException)
        {
            throw new UnreadableException(StatusCodes.Status400BadRequest, "The multipart body ends too early.");
        }
    }

    private static void AppendPart(MemoryStream parts, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        parts.Write(length);
        parts.Write(part);
    }

    private static void Add(RequestFields fields, string name, string value)
    {
        if (name.EndsWith("[]", StringComparison.Ordinal))
            fields.Append(name[..^2], value);
        else
            fields.Set(name, value);
    }

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf8", StringComparison.OrdinalIgnoreCase);

    private static void CheckCount(int count)
    {
        if (count > MostFields)
            throw new UnreadableException(StatusCodes.Status400BadRequest, $"The request has more than {MostFields} fields.");
    }

    private static UnreadableException TooLarge(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {most} bytes.");

    private static UnreadableException WrongType() => new(
        StatusCodes.Status415UnsupportedMediaType,
        "Send application/json, application/x-www-form-urlencoded or multipart/form-data, in UTF-8.");

    private sealed class UnreadableException(int status, string detail) : Exception(detail)
    {
        public int Status => status;
    }
}
