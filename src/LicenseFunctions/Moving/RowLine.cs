using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>
/// A row as a line: <c>["table","partition","row",{values}]</c>, the values by name in ordinal order. Text is a JSON
/// string, a number a JSON number, a truth value one of JSON's, binary <c>{"base64":"…"}</c>: so each comes back as what it was.
/// </summary>
internal static class RowLine
{
    private const string Base64 = "base64";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Utf8JsonWriter NewWriter(IBufferWriter<byte> to) => new(to, Relaxed);

    public static void Write(Utf8JsonWriter json, string table, Row row, RowValues values)
    {
        json.WriteStartArray();
        json.WriteStringValue(table);
        json.WriteStringValue(Whole(row.Partition));
        json.WriteStringValue(Whole(row.Key));
        json.WriteStartObject();
        var sorted = values.AsSpan().ToArray();
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        foreach (var (name, value) in sorted)
            WriteValue(json, name, value);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Reads a line of a row.</summary>
    /// <exception cref="FormatException">It is none; the message says why, and quotes nothing.</exception>
    public static MovedRow Read(ReadOnlySequence<byte> line, long number)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            Expect(ref json, JsonTokenType.StartArray);
            var (table, partition, key) = (Text(ref json), Text(ref json), Text(ref json));
            Expect(ref json, JsonTokenType.StartObject);
            var values = ReadValues(ref json);
            Expect(ref json, JsonTokenType.EndArray);
            if (json.Read())
                throw new FormatException("more follows the row");
            return new(number, table, partition, RowChange.Insert(key, values));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("it is not a row", e);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, string name, RowValue value)
    {
        json.WritePropertyName(name);
        switch (value.Kind)
        {
            case RowValueKind.Text:
                json.WriteStringValue(Whole(value.AsText()!));
                break;
            case RowValueKind.Number:
                json.WriteNumberValue(value.AsNumber()!.Value);
                break;
            case RowValueKind.Boolean:
                json.WriteBooleanValue(value.AsBoolean()!.Value);
                break;
            default:
                json.WriteStartObject();
                json.WriteBase64String(Base64, value.AsBinary());
                json.WriteEndObject();
                break;
        }
    }

    /// <summary>Half a surrogate pair has no form in JSON: it would come back as something else.</summary>
    private static string Whole(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            CheckPairs(text);
        return text;
    }

    private static void CheckPairs(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var taken) != OperationStatus.Done)
                throw new MoveRefusedException("A row of the store holds text that is not well-formed and cannot be exported; remove that row.");
            rest = rest[taken..];
        }
    }

    private static RowValues ReadValues(ref Utf8JsonReader json)
    {
        var values = new RowValues(16);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (values[name].Kind != RowValueKind.None)
                throw new FormatException("a value stands in it twice");
            values[name] = ReadValue(ref json);
        }

        return json.TokenType == JsonTokenType.EndObject ? values : throw new FormatException("it is not a row");
    }

    private static RowValue ReadValue(ref Utf8JsonReader json)
    {
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return json.GetString();
            case JsonTokenType.Number:
                return json.TryGetInt64(out var number) ? number : throw new FormatException("a number of it is not whole or too large");
            case JsonTokenType.True or JsonTokenType.False:
                return json.GetBoolean();
            case JsonTokenType.StartObject:
                Expect(ref json, JsonTokenType.PropertyName);
                var isBinary = json.ValueTextEquals(Base64);
                Expect(ref json, JsonTokenType.String);
                if (!isBinary || !json.TryGetBytesFromBase64(out var binary))
                    throw new FormatException("a binary value of it is damaged");
                Expect(ref json, JsonTokenType.EndObject);
                return binary;
            default:
                throw new FormatException("a value of it is of a kind that rows do not have");
        }
    }

    private static string Text(ref Utf8JsonReader json)
    {
        Expect(ref json, JsonTokenType.String);
        return json.GetString()!;
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
            throw new FormatException("it is not a row");
    }
}

/// <summary>A row of a file, ready to be inserted.</summary>
/// <param name="Line">Where it stands, counted from 1.</param>
/// <param name="Table">Its table.</param>
/// <param name="Partition">Its partition key.</param>
/// <param name="Insertion">Its row key and values.</param>
internal sealed record MovedRow(long Line, string Table, string Partition, RowChange Insertion);
