using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LicenseFunctions.Cli;

/// <summary>Prints answers: as text, or as exactly one JSON document and nothing else.</summary>
internal sealed class Output(TextWriter output, TextWriter error, bool isJson)
{
    // Read by programs and people, never put into a page of HTML.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Something to know beside the answer.</summary>
    public Task NoteAsync(string note) => error.WriteLineAsync(note);

    /// <summary>Prints the answer.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WriteAsync(Answer answer)
    {
        if (answer.Failure is { } failure)
            return await LicenseCtl.FailAsync(error, failure, 1).ConfigureAwait(false);
        if (!isJson && answer.Note is { } note)
            await NoteAsync(note).ConfigureAwait(false);
        var to = answer.IsAside ? error : output;
        await to.WriteLineAsync(isJson ? Json(answer.Document!) : answer.Text).ConfigureAwait(false);
        await to.FlushAsync().ConfigureAwait(false);
        return answer.Code;
    }

    private static string Json(JsonNode document)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Relaxed))
            document.WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
