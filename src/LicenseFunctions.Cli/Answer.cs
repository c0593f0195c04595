using System.Text.Json.Nodes;

namespace LicenseFunctions.Cli;

/// <summary>What a command has to say, once for scripts and once for people.</summary>
internal sealed record Answer
{
    private Answer()
    {
    }

    /// <summary>The one JSON document; null when the command failed.</summary>
    public JsonNode? Document { get; private init; }

    public string Text { get; private init; } = "";

    /// <summary>For people only, beside the text: it goes to the error stream, so that the text can be piped on.</summary>
    public string? Note { get; init; }

    /// <summary>True when the output is taken by what was asked for: then the answer goes to the error stream.</summary>
    public bool IsAside { get; init; }

    /// <summary>The exit code of a command that has done its work and has bad news.</summary>
    public int Code { get; init; }

    /// <summary>Why the command failed and what to do; null when it did not.</summary>
    public string? Failure { get; private init; }

    /// <summary>One thing; people see all its fields unless there is a text that says it better.</summary>
    public static Answer Of(JsonObject document, string? text = null) =>
        new() { Document = document, Text = text ?? TextLayout.Details(document) };

    /// <summary>Many things.</summary>
    /// <param name="documents">Each with the same fields.</param>
    /// <param name="none">What people are told when there are none.</param>
    /// <param name="columns">The fields that people see.</param>
    public static Answer List(IEnumerable<JsonObject> documents, string none, params string[] columns)
    {
        JsonObject[] rows = [.. documents];
        return new() { Document = new JsonArray([.. rows]), Text = rows.Length == 0 ? none : TextLayout.Table(rows, columns) };
    }

    public static Answer Failed(string failure) => new() { Failure = failure };
}
