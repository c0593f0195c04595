using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Events;

/// <summary>A vendor's wish to be told of some events, as its row has it.</summary>
public sealed record Subscription
{
    public const int Schema = 1;

    public required string Id { get; init; }

    public required string Url { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>The content key, wrapped by the signer.</summary>
    public byte[] WrappedKey { get; init; } = [];

    /// <summary>The secret that deliveries are signed with, under the content key.</summary>
    public byte[] SealedSecret { get; init; } = [];

    public bool IsActive { get; init; } = true;

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    public static Subscription From(RowValues values) => new()
    {
        Id = values.GetText("id") ?? "",
        Url = values.GetText("url") ?? "",
        Events = (values.GetText("events") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries),
        WrappedKey = values.GetBinary("wrapped_key") ?? [],
        SealedSecret = values.GetBinary("secret") ?? [],
        IsActive = values.GetBoolean("active"),
        CreatedAt = values.GetNumber("created_at"),
    };

    public RowValues ToValues() => new()
    {
        ["schema"] = Schema,
        ["id"] = Id,
        ["url"] = Url,
        ["events"] = string.Join(',', Events),
        ["wrapped_key"] = WrappedKey,
        ["secret"] = SealedSecret,
        ["active"] = IsActive,
        ["created_at"] = CreatedAt,
    };
}

/// <summary>The active subscriptions at one moment.</summary>
public sealed class WantedEvents(IReadOnlyList<Subscription> subscriptions)
{
    public static WantedEvents None { get; } = new([]);

    private readonly HashSet<string> _names = [.. subscriptions.SelectMany(each => each.Events)];

    public IReadOnlyList<Subscription> Subscriptions => subscriptions;

    public bool HasAny(IEnumerable<string> names) => _names.Count > 0 && names.Any(_names.Contains);

    /// <summary>Those of the names that somebody wants.</summary>
    public IReadOnlyList<string> Of(IReadOnlyList<string> names) => _names.Count == 0 ? [] : [.. names.Where(_names.Contains)];

    public IEnumerable<Subscription> For(string name) => subscriptions.Where(each => each.Events.Contains(name));
}

/// <summary>The subscriptions: a small set in one partition.</summary>
public sealed class Subscriptions(ITableStore store, TimeProvider time)
{
    private const string Partition = "webhook";
    private const string Prefix = "id.";

    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    private volatile Known? _known;

    /// <summary>The active ones, as of at most five seconds ago.</summary>
    public ValueTask<WantedEvents> CurrentAsync(CancellationToken cancel) =>
        _known is { } known && time.GetElapsedTime(known.At) < Recent ? new(known.Wanted) : new(ReadAsync(cancel));

    public async Task<IReadOnlyList<Subscription>> ListAsync(CancellationToken cancel)
    {
        var all = new List<Subscription>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, Partition, Prefix), cancel).ConfigureAwait(false))
            all.Add(Subscription.From(row.Values));
        return all;
    }

    public async Task AddAsync(Subscription subscription, CancellationToken cancel)
    {
        await store.CommitAsync(TableNames.Catalog, Partition, [RowChange.Insert(Key(subscription.Id), subscription.ToValues())], cancel).ConfigureAwait(false);
        _known = null;
    }

    /// <summary>False when there is none.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancel)
    {
        if (!id.All(char.IsAsciiLetterOrDigit))
            return false;
        var result = await store.CommitAsync(TableNames.Catalog, Partition, [RowChange.Delete(Key(id), RowChange.AnyETag)], cancel).ConfigureAwait(false);
        _known = null;
        return result.Committed;
    }

    private async Task<WantedEvents> ReadAsync(CancellationToken cancel)
    {
        var asOf = time.GetTimestamp();
        var wanted = new WantedEvents([.. (await ListAsync(cancel).ConfigureAwait(false)).Where(each => each.IsActive)]);
        _known = new(wanted, asOf);
        return wanted;
    }

    private static string Key(string id) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id}");

    private sealed record Known(WantedEvents Wanted, long At);
}
