using LicenseFunctions.Licensing.Contracting;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>One client that makes, changes and deletes contracts of its own.</summary>
internal sealed class ContractsActor(Caller caller, NamedCalls named, Ledger ledger, Random random, long product, int client) : IActor
{
    /// <summary>The names that each may have; one, when all was heard.</summary>
    private readonly Dictionary<string, HashSet<string>> _contracts = new(StringComparer.Ordinal);
    private readonly List<string> _there = [];
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private int _number;

    public Task ActAsync() => random.Next(4) switch
    {
        0 => CreateAsync(),
        1 => RenameAsync(),
        2 when _there.Count > 2 => DeleteAsync(),
        _ => LookAsync(),
    };

    private Task CreateAsync()
    {
        var key = $"contract-{client}-{_number++}";
        return named.CallAsync("/api/v1/create-contract", Terms(key, "first"), reply =>
        {
            if (reply.Code != "841")
            {
                ledger.Violate($"create-contract of {key} answered {reply.Code}");
                return;
            }

            _contracts[key] = ["first"];
            _there.Add(key);
        });
    }

    private async Task RenameAsync()
    {
        if (Any() is not { } key)
            return;
        var name = $"name {_number++}";
        _contracts[key].Add(name);
        var fields = Terms(key, name);
        fields["contract_uuid"] = key;
        if (await caller.PostAsync("/api/v1/update-contract", fields) is not { IsLimited: false } reply)
            return;
        if (reply.Code != "842")
            ledger.Violate($"update-contract of {key} answered {reply.Code}");
        _contracts[key] = [name];
    }

    private Task DeleteAsync()
    {
        var key = Any()!;
        _there.Remove(key);
        return named.CallAsync("/api/v1/delete-contract", new() { ["contract_uuid"] = key }, reply =>
        {
            if (reply.Code != "843")
                ledger.Violate($"delete-contract of {key} answered {reply.Code}");
            _deleted.Add(key);
        });
    }

    private async Task LookAsync()
    {
        if (Any() is { } key && await caller.GetAsync($"/api/v1/contracts/get-info?contract_uuid={key}") is { IsLimited: false } reply && reply.Code != "1204")
            ledger.Violate($"get-info of {key} answered {reply.Code}");
    }

    private string? Any() => _there.Count == 0 ? null : _there[random.Next(_there.Count)];

    private Dictionary<string, object> Terms(string key, string name) => new()
    {
        ["contract_key"] = key, ["contract_name"] = name, ["contract_information"] = "i", ["product_id"] = product, ["license_keys_quantity"] = 5, ["status"] = "active",
        ["can_get_info"] = 1, ["can_generate"] = 1, ["can_destroy"] = 1, ["can_destroy_all"] = 1,
    };

    public async Task VerifyAsync(IServiceProvider services)
    {
        var all = (await services.GetRequiredService<Contracts>().ListAsync(null, default)).ToDictionary(contract => contract.Key);
        foreach (var (key, names) in _contracts)
        {
            if (_there.Contains(key) && !all.ContainsKey(key))
                ledger.Violate($"{key} is lost");
            else if (all.TryGetValue(key, out var contract) && !names.Contains(contract.Name))
                ledger.Violate($"{key} has lost its name: {contract.Name}");
        }

        foreach (var key in _deleted.Where(all.ContainsKey))
            ledger.Violate($"{key} is there though deleted");
        ledger.Count("contracts compared", _contracts.Count);
    }
}
