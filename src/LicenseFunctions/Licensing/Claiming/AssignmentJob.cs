using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Claiming;

/// <summary>How far a queued assignment has come.</summary>
public enum AssignmentJobState
{
    /// <summary>Licenses may have been claimed, but not all of them.</summary>
    Queued,

    /// <summary>The licenses are assigned.</summary>
    Assigned,

    /// <summary>There were not enough.</summary>
    NotEnough,

    /// <summary>There were not enough, and the generator cannot make what was short.</summary>
    BeyondGenerator,
}

/// <summary>An assignment that is done later. Instants are Unix milliseconds.</summary>
public sealed record AssignmentJob
{
    /// <summary>What the row keys of jobs begin with.</summary>
    public const string Prefix = "job.";

    /// <summary>Also the name of its claim, by which a job begun again knows the licenses it has.</summary>
    public required string Id { get; init; }

    public required long ProductId { get; init; }

    public long? GeneratorId { get; init; }

    public required int Quantity { get; init; }

    public required Assignment Owner { get; init; }

    /// <summary>Where the result is posted to; null for nowhere.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>The caller's own name for it, posted with the result.</summary>
    public string? Identifier { get; init; }

    public AssignmentJobState State { get; init; }

    /// <summary>How many there were when they were not enough.</summary>
    public int Available { get; init; }

    /// <summary>How often the result was posted in vain.</summary>
    public int Attempts { get; init; }

    public long CreatedAt { get; init; }

    /// <summary>When it is to be taken up; while an instance works on it, when that instance must be given up.</summary>
    public long DueAt { get; init; }

    public string ETag { get; init; } = "";

    public static AssignmentJob From(Row row) => new()
    {
        Id = row.Key[Prefix.Length..],
        ProductId = row.Values.GetNumber("product_id"),
        GeneratorId = row.Values.FindNumber("generator_id"),
        Quantity = (int)row.Values.GetNumber("quantity"),
        Owner = new(row.Values.GetText("owner_name"), row.Values.GetText("owner_email")),
        WebhookUrl = row.Values.GetText("webhook_url"),
        Identifier = row.Values.GetText("identifier"),
        State = Enum.Parse<AssignmentJobState>(row.Values.GetText("state") ?? ""),
        Available = (int)row.Values.GetNumber("available"),
        Attempts = (int)row.Values.GetNumber("attempts"),
        CreatedAt = row.Values.GetNumber("created_at"),
        DueAt = row.Values.GetNumber("due_at"),
        ETag = row.ETag,
    };

    public RowValues ToValues() => new(16)
    {
        ["schema"] = 1,
        ["product_id"] = ProductId,
        ["generator_id"] = GeneratorId,
        ["quantity"] = Quantity,
        ["owner_name"] = Owner.OwnerName,
        ["owner_email"] = Owner.OwnerEmail,
        ["webhook_url"] = WebhookUrl,
        ["identifier"] = Identifier,
        ["state"] = State.ToString(),
        ["available"] = Available,
        ["attempts"] = Attempts,
        ["created_at"] = CreatedAt,
        ["due_at"] = DueAt,
    };
}
