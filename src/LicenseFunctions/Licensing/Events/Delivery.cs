using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Events;

/// <summary>One event on its way to one target, as its row has it. Instants are Unix milliseconds.</summary>
public sealed record Delivery
{
    public const int Schema = 1;

    /// <summary>The subscription, or <see cref="Deliveries.PostUrls"/>.</summary>
    public string Partition { get; init; } = "";

    public string Key { get; init; } = "";

    public string ETag { get; init; } = "";

    public required string EventId { get; init; }

    public required string Event { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>When it happened.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Since when it is tried.</summary>
    public long FirstAt { get; init; }

    public long DueAt { get; init; }

    public int Attempts { get; init; }

    /// <summary>The target where that is no subscription's.</summary>
    public string? Url { get; init; }

    public static Delivery From(Row row) => new()
    {
        Partition = row.Partition,
        Key = row.Key,
        ETag = row.ETag,
        EventId = row.Values.GetText("event_id") ?? "",
        Event = row.Values.GetText("event") ?? "",
        Body = row.Values.GetBinary("body") ?? [],
        CreatedAt = row.Values.GetNumber("created_at"),
        FirstAt = row.Values.GetNumber("first_at"),
        DueAt = row.Values.GetNumber("due_at"),
        Attempts = (int)row.Values.GetNumber("attempts"),
        Url = row.Values.GetText("url"),
    };

    public RowValues ToValues() => new(12)
    {
        ["schema"] = Schema,
        ["event_id"] = EventId,
        ["event"] = Event,
        ["body"] = Body,
        ["created_at"] = CreatedAt,
        ["first_at"] = FirstAt,
        ["due_at"] = DueAt,
        ["attempts"] = Attempts,
        ["url"] = Url,
    };
}
