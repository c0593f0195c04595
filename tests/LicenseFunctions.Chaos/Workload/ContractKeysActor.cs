using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Licensing.Listing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>A contract that all clients make keys under: which exist for certain at one moment.</summary>
internal sealed class SharedContract(Ledger ledger, string key, int quantity)
{
    private readonly HashSet<string> _certain = new(StringComparer.Ordinal);
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);

    public string Key => key;

    public int Quantity => quantity;

    /// <summary>Changes whenever everything is being destroyed.</summary>
    public int Epoch { get; private set; }

    /// <param name="keys">What was made.</param>
    /// <param name="since">The epoch in which it was asked for: what was made before all was destroyed may be gone.</param>
    public void Made(IReadOnlyCollection<string> keys, int since)
    {
        lock (_certain)
        {
            if (since != Epoch)
                return;
            foreach (var made in keys)
            {
                if (!_certain.Add(made) || _gone.Contains(made))
                    ledger.Violate($"contract {key} made {made} twice");
            }

            if (_certain.Count > quantity)
                ledger.Violate($"contract {key} has {_certain.Count} licenses at one moment, it allows {quantity}");
        }
    }

    /// <summary>Takes one to be destroyed, of which nobody can be certain from now on.</summary>
    public string? TakeOne(Random random)
    {
        lock (_certain)
        {
            var one = _certain.Count == 0 ? null : _certain.ElementAt(random.Next(_certain.Count));
            if (one is not null)
                _certain.Remove(one);
            return one;
        }
    }

    public string[] TakeAll()
    {
        lock (_certain)
        {
            Epoch++;
            var all = _certain.ToArray();
            _certain.Clear();
            return all;
        }
    }

    public void Destroyed(IEnumerable<string> keys, bool wereAll = false)
    {
        lock (_certain)
        {
            Epoch += wereAll ? 1 : 0;
            _gone.UnionWith(keys);
        }
    }

    public (string[] Certain, string[] Gone) End()
    {
        lock (_certain)
            return ([.. _certain], [.. _gone]);
    }
}

/// <summary>One client that makes and destroys keys under contracts.</summary>
internal sealed class ContractKeysActor(Caller caller, NamedCalls named, Ledger ledger, Random random, SharedContract[] contracts, int client) : IActor
{
    public Task ActAsync()
    {
        var contract = contracts[random.Next(contracts.Length)];
        return random.Next(20) switch
        {
            < 11 => GenerateAsync(contract),
            < 19 => DestroyAsync(contract),
            _ => DestroyAllAsync(contract),
        };
    }

    private async Task GenerateAsync(SharedContract contract)
    {
        Dictionary<string, object> fields = new() { ["contract_uuid"] = contract.Key, ["quantity"] = random.Next(1, 4) };
        var since = contract.Epoch;
        void Hear(Reply reply)
        {
            if (reply.Code == "1300")
                contract.Made([.. reply.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetString()!)], since);
            else if (reply.Code is not ("1205" or "1206"))
                ledger.Violate($"generating under contract {contract.Key} answered {reply.Code}");
        }

        ledger.Count("contract generations");
        if (random.Next(4) == 0)
            await named.CallAsync("/api/v1/contracts/generate", fields, Hear);
        else if (await caller.PostAsync("/api/v1/contracts/generate", fields) is { IsLimited: false } reply)
            Hear(reply);
    }

    private async Task DestroyAsync(SharedContract contract)
    {
        if (contract.TakeOne(random) is not { } key)
            return;
        var reply = await caller.PostAsync("/api/v1/contracts/destroy", new() { ["license_key"] = key });
        if (reply is { Code: "1400" })
            contract.Destroyed([key]);
        else if (reply is { IsLimited: false, Code: not "1401" })
            ledger.Violate($"destroying {key} answered {reply.Code}");
    }

    private async Task DestroyAllAsync(SharedContract contract)
    {
        var all = contract.TakeAll();
        var reply = await caller.PostAsync("/api/v1/contracts/destroy-all", new() { ["contract_uuid"] = contract.Key });
        contract.Destroyed(reply is { Code: "1500" or "1501" } ? all : [], wereAll: true);
    }

    public async Task VerifyAsync(IServiceProvider services)
    {
        if (client != 0)
            return;
        foreach (var contract in contracts)
        {
            var (certain, gone) = contract.End();
            foreach (var (keys, isThere) in new[] { (certain, true), (gone, false) })
            {
                foreach (var key in keys)
                {
                    if (await services.GetRequiredService<Licenses>().FindAsync(key, default) is not null != isThere)
                        ledger.Violate($"contract {contract.Key}: {key} is {(isThere ? "lost" : "there though destroyed")}");
                }
            }

            var found = await services.GetRequiredService<Contracts>().FindByKeyAsync(contract.Key, default);
            var count = await services.GetRequiredService<LicenseLists>().CountOfContractAsync(found!.Id, null, default);
            if (count > contract.Quantity)
                ledger.Violate($"contract {contract.Key} has {count} licenses in the end, it allows {contract.Quantity}");
            ledger.Count("contract licenses in the end", count);
        }
    }
}
