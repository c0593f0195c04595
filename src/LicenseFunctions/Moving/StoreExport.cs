using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>What an export wrote.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Sha256">The checksum of its last line.</param>
public sealed record ExportSummary(long Rows, string Sha256);

/// <summary>
/// Writes every row that leaves a store, in order, a page at a time. Rows that change meanwhile may be in either state:
/// what belongs together is together only when nobody writes.
/// </summary>
public sealed class StoreExport(PatientStore store)
{
    private const int FlushBytes = 256 * 1024;

    /// <param name="to">Written from where it stands; stays open.</param>
    /// <param name="progress">Told of the rows so far, at each of them.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<ExportSummary> WriteAsync(Stream to, Action<long>? progress, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>(2 * FlushBytes);
        using var json = RowLine.NewWriter(buffer);
        var rows = 0L;
        EndLine(buffer, ExportFormat.Header());
        foreach (var table in ExportedRows.Tables)
        {
            await foreach (var row in InOrderAsync(table, cancel).ConfigureAwait(false))
            {
                if (ExportedRows.Of(table, row) is not { } values)
                    continue;
                WriteRow(json, buffer, table, row, values);
                rows++;
                progress?.Invoke(rows);
                if (buffer.WrittenCount >= FlushBytes)
                    await FlushAsync(buffer, hash, to, cancel).ConfigureAwait(false);
            }
        }

        await FlushAsync(buffer, hash, to, cancel).ConfigureAwait(false);
        var sum = hash.GetHashAndReset();
        EndLine(buffer, ExportFormat.Footer(rows, sum));
        await FlushAsync(buffer, hash, to, cancel).ConfigureAwait(false);
        await to.FlushAsync(cancel).ConfigureAwait(false);
        return new(rows, Convert.ToHexStringLower(sum));
    }

    /// <summary>The rows of a table; a store that broke its promise of order would make a file that cannot be read back.</summary>
    private async IAsyncEnumerable<Row> InOrderAsync(
        string table, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        Row? last = null;
        await foreach (var row in store.ListAsync(new(table, null), cancel).ConfigureAwait(false))
        {
            if (last is not null && ExportedRows.Compare(last.Partition, last.Key, row.Partition, row.Key) >= 0)
                throw new MoveRefusedException($"The store does not list the rows of {table} in ordinal order.");
            yield return last = row;
        }
    }

    private static void WriteRow(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer, string table, Row row, RowValues values)
    {
        json.Reset();
        RowLine.Write(json, table, row, values);
        json.Flush();
        buffer.Write("\n"u8);
    }

    private static void EndLine(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> line)
    {
        buffer.Write(line);
        buffer.Write("\n"u8);
    }

    private static async Task FlushAsync(ArrayBufferWriter<byte> buffer, IncrementalHash hash, Stream to, CancellationToken cancel)
    {
        hash.AppendData(buffer.WrittenSpan);
        await to.WriteAsync(buffer.WrittenMemory, cancel).ConfigureAwait(false);
        buffer.ResetWrittenCount();
    }
}
