using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>
/// Reads a file line by line and checks all there is to check: its header, each row and its place, and at the end the
/// checksum, which must be the last line. Whatever is wrong is said with the number of the line.
/// </summary>
internal sealed class ExportReader(Stream file)
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _line;
    private MovedRow? _last;
    private ExportFooter? _footer;

    /// <summary>How many rows were read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The rows. Only when it ends without an exception was the file whole.</summary>
    public async IAsyncEnumerable<MovedRow> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var pipe = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 128 * 1024, leaveOpen: true));
        try
        {
            for (var isOver = false; !isOver;)
            {
                var read = await pipe.ReadAsync(cancel).ConfigureAwait(false);
                var rest = read.Buffer;
                while (TryTakeLine(ref rest, out var line))
                {
                    if (Take(line) is { } row)
                        yield return row;
                }

                if (rest.Length > ExportFormat.LongestLine)
                    throw Wrong(_line + 1, "it is longer than a row can be");
                if (read.IsCompleted && !rest.IsEmpty)
                    throw Wrong(_line + 1, "it has no end: the file is cut off");
                pipe.AdvanceTo(rest.Start, rest.End);
                isOver = read.IsCompleted;
            }
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
            _hash.Dispose();
        }

        if (_footer is null)
            throw new MoveRefusedException(_line == 0 ? "The file is empty." : $"The file is cut off: line {_line} is its last, and no checksum follows.");
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (rest.PositionOf((byte)'\n') is not { } end)
            return false;
        line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return true;
    }

    /// <summary>The row of a line; null for the first and the last.</summary>
    private MovedRow? Take(ReadOnlySequence<byte> line)
    {
        _line++;
        if (_footer is not null)
            throw Wrong(_line, "it follows the checksum");
        if (_line > 1 && line.FirstSpan is [(byte)'{', ..])
        {
            CheckFooter(line);
            return null;
        }

        foreach (var part in line)
            _hash.AppendData(part.Span);
        _hash.AppendData("\n"u8);
        if (_line > 1)
            return TakeRow(line);
        CheckHeader(line);
        return null;
    }

    private MovedRow TakeRow(ReadOnlySequence<byte> line)
    {
        try
        {
            var row = RowLine.Read(line, _line);
            CheckPlace(row);
            RowLimits.CheckKey(row.Partition);
            RowLimits.CheckKey(row.Insertion.Key);
            RowLimits.CheckRow(row.Partition, row.Insertion);
            if (row.Insertion.Values.GetNumber("schema", 1) > RowSchema.Newest)
                throw Wrong(_line, "a newer version of this program wrote the row; update this one");
            Rows++;
            return _last = row;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw Wrong(_line, e.Message.TrimEnd('.'), e);
        }
    }

    private void CheckPlace(MovedRow row)
    {
        if (!ExportedRows.Tables.Contains(row.Table))
            throw new FormatException("it is of a table that exports do not hold");
        var order = _last is null ? -1 : string.CompareOrdinal(_last.Table, row.Table);
        if (order > 0 || (order == 0 && ExportedRows.Compare(_last!.Partition, _last.Insertion.Key, row.Partition, row.Insertion.Key) >= 0))
            throw new FormatException("it is not in order");
    }

    private static void CheckHeader(ReadOnlySequence<byte> line)
    {
        var header = Parse(line, ExportJson.Default.ExportHeader);
        if (header?.Export != ExportFormat.Name)
            throw new MoveRefusedException("This is not an export: line 1 is not the header of one.");
        if (header.Version > ExportFormat.Version)
            throw new MoveRefusedException($"A newer version of this program wrote the export (format {header.Version}, this one knows {ExportFormat.Version}); update this program.");
    }

    private void CheckFooter(ReadOnlySequence<byte> line)
    {
        _footer = Parse(line, ExportJson.Default.ExportFooter) ?? throw Wrong(_line, "it is neither a row nor a checksum");
        if (_footer.Rows != Rows)
            throw Wrong(_line, $"it speaks of {_footer.Rows} rows, and there are {Rows}");
        if (_footer.Sha256 != Convert.ToHexStringLower(_hash.GetHashAndReset()))
            throw Wrong(_line, "the checksum is of other lines: some of those before were changed");
    }

    private static T? Parse<T>(ReadOnlySequence<byte> line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            var json = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize(ref json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static MoveRefusedException Wrong(long line, string why, Exception? cause = null) =>
        new($"Line {line} of the file is wrong: {why}.", cause ?? new FormatException(why));
}
