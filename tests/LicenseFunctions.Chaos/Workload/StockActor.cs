using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>What was given away at random: no license twice.</summary>
internal sealed class SharedStock(Ledger ledger, long product)
{
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);

    public long Product => product;

    public void Given(IEnumerable<string> keys, string owner)
    {
        lock (_owners)
        {
            foreach (var key in keys)
            {
                if (!_owners.TryAdd(key, owner))
                    ledger.Violate($"{key} was given to {_owners[key]} and to {owner}");
            }
        }
    }

    public KeyValuePair<string, string>[] All()
    {
        lock (_owners)
            return [.. _owners];
    }
}

/// <summary>One client that takes licenses from a stock, at once or queued, and fills it up.</summary>
internal sealed class StockActor(Caller caller, NamedCalls named, Ledger ledger, Random random, SharedStock stock, int client) : IActor
{
    private const string Path = "/api/v1/random-assign-license-keys";

    private readonly List<(string Owner, int Quantity)> _queued = [];
    private readonly HashSet<string> _maybeQueued = new(StringComparer.Ordinal);
    private int _number;

    public Task ActAsync() => random.Next(10) switch
    {
        < 3 => FillAsync(),
        < 8 => TakeAsync(),
        _ => QueueAsync(),
    };

    private async Task FillAsync()
    {
        var keys = Enumerable.Range(0, random.Next(1, 12)).Select(_ => $"STOCK-{client}-{_number++}").ToArray();
        await named.CallAsync(
            "/api/v1/create-license-keys", new() { ["product_id"] = stock.Product, ["license_keys"] = keys, ["status"] = "available" },
            reply =>
            {
                if (reply.Code != "900" || reply.Response.GetProperty("created").GetInt32() != keys.Length)
                    ledger.Violate($"making {keys.Length} new keys answered {reply.Code} {reply.Response}");
            });
    }

    private async Task TakeAsync()
    {
        var owner = $"s{client}-{_number++}@example.com";
        Dictionary<string, object> fields = new() { ["product_id"] = stock.Product, ["quantity"] = random.Next(1, 5), ["owner_email"] = owner };
        if (random.Next(2) == 0)
            await named.CallAsync(Path, fields, Hear);
        else if (await caller.PostAsync(Path, fields) is { IsLimited: false } reply)
            Hear(reply);

        void Hear(Reply reply)
        {
            ledger.Count("random assignments");
            if (reply.Code == "803")
                stock.Given(reply.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetProperty("license_key").GetString()!), owner);
            else if (reply.Code != "802")
                ledger.Violate($"{Path} answered {reply.Code}");
        }
    }

    /// <summary>What is short is made, so that each of these must have been done in the end, once.</summary>
    private async Task QueueAsync()
    {
        var (owner, quantity) = ($"q{client}-{_number++}@example.com", random.Next(1, 4));
        _maybeQueued.Add(owner);
        Dictionary<string, object> fields = new() { ["product_id"] = stock.Product, ["quantity"] = quantity, ["owner_email"] = owner, ["generate"] = "1" };
        await named.CallAsync(Path + "-queued", fields, reply =>
        {
            ledger.Count("queued assignments");
            _maybeQueued.Remove(owner);
            if (reply.Code == "807")
                _queued.Add((owner, quantity));
            else
                ledger.Violate($"{Path}-queued answered {reply.Code}");
        });
    }

    public async Task VerifyAsync(IServiceProvider services)
    {
        var lists = services.GetRequiredService<LicenseLists>();
        foreach (var (owner, quantity) in _queued)
        {
            var got = (await lists.PageAsync(new(null, null, owner), 0, 100, default)).Count;
            if (got != quantity)
                ledger.Violate($"a queued assignment of {quantity} for {owner} assigned {got}");
        }

        foreach (var (key, owner) in client == 0 ? stock.All() : [])
        {
            var license = await services.GetRequiredService<Licenses>().FindAsync(key, default);
            if (license is not { Status: LicenseStatus.Assigned } || license.OwnerEmail != owner)
                ledger.Violate($"{key} was given to {owner}, and is {license?.Status.ToString() ?? "gone"} of {license?.OwnerEmail}");
        }

        if (client == 0)
            ledger.Count("licenses given away", stock.All().Length);
    }
}
