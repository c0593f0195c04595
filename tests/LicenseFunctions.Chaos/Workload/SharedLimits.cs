using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>Licenses that all clients want at once: who is active for certain at one moment, all clients together.</summary>
internal sealed class ContestedLicenses(Ledger ledger, int count, int limit)
{
    private readonly HashSet<string>[] _certain = [.. Enumerable.Range(0, count).Select(_ => new HashSet<string>(StringComparer.Ordinal))];

    public int Count => count;

    public int Limit => limit;

    public static string Key(int license) => $"CONTESTED-{license}";

    public void Activated(int license, string identifier)
    {
        lock (_certain[license])
        {
            _certain[license].Add(identifier);
            if (_certain[license].Count > limit)
                ledger.Violate($"{Key(license)} has {_certain[license].Count} identifiers active at one moment, its limit is {limit}");
        }
    }

    /// <summary>From when it is asked for: it may happen at any time then.</summary>
    public void Deactivating(int license, string identifier)
    {
        lock (_certain[license])
            _certain[license].Remove(identifier);
    }

    public string[] Certain(int license)
    {
        lock (_certain[license])
            return [.. _certain[license]];
    }
}

/// <summary>One client's part in it, with identifiers of its own.</summary>
internal sealed class SharedLimits(Caller caller, Ledger ledger, Random random, ContestedLicenses shared, int client) : IActor
{
    public async Task ActAsync()
    {
        var license = random.Next(shared.Count);
        var identifier = $"c{client}-{random.Next(2)}";
        Dictionary<string, object> fields = new() { ["license_key"] = ContestedLicenses.Key(license), ["identifier"] = identifier };
        if (random.Next(3) == 0)
        {
            shared.Deactivating(license, identifier);
            await caller.PostAsync("/api/v1/deactivate", fields);
        }
        else if (await caller.PostAsync("/api/v1/activate", fields) is { Code: "300" or "301" })
        {
            ledger.Count("contested activations");
            shared.Activated(license, identifier);
        }
    }

    public async Task VerifyAsync(IServiceProvider services)
    {
        for (var i = 0; client == 0 && i < shared.Count; i++)
        {
            var partition = LicenseRows.Partition(ContestedLicenses.Key(i));
            var row = await Bed.StoreOf(services).FindAsync(TableNames.Licenses, partition, LicenseRows.License, default);
            if (row is null || License.From(row.Values).ActiveCount > shared.Limit)
                ledger.Violate($"{ContestedLicenses.Key(i)} is over its limit in the end, or gone");
            foreach (var identifier in shared.Certain(i))
            {
                if (await Bed.StoreOf(services).FindAsync(TableNames.Licenses, partition, LicenseRows.Activation(LicenseRows.Hash(identifier)), default) is null)
                    ledger.Violate($"{ContestedLicenses.Key(i)}: the activation of {identifier} was lost");
            }
        }
    }
}
