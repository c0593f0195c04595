using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>One client with licenses of its own: it knows what each answer must be, and what must be there in the end.</summary>
internal sealed class OwnLicenses(Caller caller, Ledger ledger, Random random, long product, int client) : IActor
{
    private readonly List<OwnLicense> _all = [];
    private readonly List<OwnLicense> _current = [];
    private int _made;
    private int _token;

    public async Task ActAsync()
    {
        if (_current.Count < 4)
        {
            await CreateAsync();
            return;
        }

        var license = _current[random.Next(_current.Count)];
        await (random.Next(20) switch
        {
            < 6 => ActivateAsync(license),
            < 10 => DeactivateAsync(license),
            < 14 => VerifyAsync(license),
            < 16 => RenameAsync(license),
            < 19 => ChangeMetaAsync(license),
            _ => DeleteAsync(license),
        });
    }

    private async Task CreateAsync()
    {
        var license = new OwnLicense($"OWN-{client}-{_made++}", random.Next(4));
        string status = random.Next(2) == 0 ? "assigned" : "available";
        Dictionary<string, object> fields = new()
        {
            ["product_id"] = product, ["license_keys"] = new[] { license.Key }, ["status"] = status, ["activation_limit"] = license.Limit,
        };
        // Sent again until it is known to be there: made by an earlier attempt, it is a duplicate.
        for (var i = 0; i < 20; i++)
        {
            var reply = await caller.PostAsync("/api/v1/create-license-keys", fields);
            if (reply is null or { IsLimited: true })
                continue;
            if (reply.Code is not ("900" or "902") || (i == 0 && reply.Code != "900"))
                ledger.Violate($"creating {license.Key} answered {reply.Code}");
            if (status == "available" && !await (random.Next(3) == 0 ? AssignAndActivateAsync(license) : AssignAsync(license)))
                return;
            _all.Add(license);
            _current.Add(license);
            return;
        }
    }

    private async Task<bool> AssignAsync(OwnLicense license)
    {
        for (var i = 0; i < 20; i++)
        {
            var reply = await caller.PostAsync("/api/v1/assign-license-key", new() { ["license_key"] = license.Key, ["owner_email"] = $"c{client}@example.com" });
            if (reply is null or { IsLimited: true })
                continue;
            if (reply.Code != "800" && (i == 0 || reply.Code != "801"))
                ledger.Violate($"assigning {license.Key} answered {reply.Code}");
            return true;
        }

        return false;
    }

    /// <summary>In one change: a repetition finds both done, or neither.</summary>
    private async Task<bool> AssignAndActivateAsync(OwnLicense license)
    {
        const string identifier = "h0.example";
        Dictionary<string, object> fields = new()
        {
            ["license_key"] = license.Key, ["identifier"] = identifier, ["owner_email"] = $"c{client}@example.com", ["owner_name"] = "Ada",
        };
        license.Names.Add("Ada");
        for (var i = 0; i < 20; i++)
        {
            var reply = await caller.PostAsync("/api/v1/assign-and-activate-license-key", fields);
            if (reply is null or { IsLimited: true })
                continue;
            if (reply.Code != "300" && (i == 0 || reply.Code is not ("301" or "801")))
                ledger.Violate($"assigning and activating {license.Key} answered {reply.Code}");
            license[identifier] = true;
            Settle(license.Names, "Ada");
            return true;
        }

        return false;
    }

    private async Task ActivateAsync(OwnLicense license)
    {
        var identifier = $"h{random.Next(6)}.example";
        if (random.Next(4) == 0)
        {
            await ActivateNamedAsync(license, identifier);
            return;
        }

        var isDomain = random.Next(2) == 0;
        var reply = isDomain
            ? await caller.PostDomainAsync("/activate", new() { ["license_key"] = license.Key, ["domain"] = identifier })
            : await caller.PostAsync("/api/v1/activate", new() { ["license_key"] = license.Key, ["identifier"] = identifier });
        if (reply is null)
        {
            license[identifier] = license[identifier] == true ? true : null;
            return;
        }

        if (reply.IsLimited)
            return;
        var code = reply.Status switch { 200 when isDomain => license[identifier] == true ? "301" : "300", 422 when isDomain => "302", _ => reply.Code };
        if (isDomain && code == "300" && license[identifier] is null)
            code = license.MayActivate(identifier, "300") ? "300" : "301";
        Take(license, identifier, code);
    }

    /// <summary>The next attempt is made at once, since what the identifier is must be known before it is used again.</summary>
    private async Task ActivateNamedAsync(OwnLicense license, string identifier)
    {
        var before = license[identifier];
        license[identifier] = before == true ? true : null;
        var key = Guid.NewGuid().ToString("N");
        Dictionary<string, object> fields = new() { ["license_key"] = license.Key, ["identifier"] = identifier };
        for (var i = 0; i < 10; i++)
        {
            if (await caller.PostAsync("/api/v1/activate", fields, key) is not { IsLimited: false } reply)
                continue;
            license[identifier] = before;
            Take(license, identifier, reply.Code);
            if (await caller.PostAsync("/api/v1/activate", fields, key) is { IsLimited: false } again && !again.Bytes.AsSpan().SequenceEqual(reply.Bytes))
                ledger.Violate($"activate answered the same request differently: {reply.Code}, then {again.Code}");
            return;
        }
    }

    private void Take(OwnLicense license, string identifier, string code)
    {
        if (!license.MayActivate(identifier, code))
            ledger.Violate($"activating {identifier} on {license.Key} (limit {license.Limit}, active {license.Certain} to {license.Possible}, this one {license[identifier]?.ToString() ?? "either"}) answered {code}");
        license[identifier] = code is "300" or "301";
    }

    private async Task DeactivateAsync(OwnLicense license)
    {
        var identifier = $"h{random.Next(6)}.example";
        var was = license[identifier];
        license[identifier] = was == false ? false : null;
        var isDomain = random.Next(3) == 0;
        var reply = isDomain
            ? await caller.PostDomainAsync("/deactivate", new() { ["license_key"] = license.Key, ["domain"] = identifier })
            : await caller.PostAsync("/api/v1/deactivate", new() { ["license_key"] = license.Key, ["identifier"] = identifier });
        if (reply is null or { IsLimited: true })
        {
            license[identifier] = reply is null ? license[identifier] : was;
            return;
        }

        var code = !isDomain ? reply.Code : reply.Status == 200 ? "400" : reply.Code == "domain_not_found" ? "401" : reply.Code;
        if (code != "400" && code != "401" || (was is { } known && code != (known ? "400" : "401")))
            ledger.Violate($"deactivating {identifier} on {license.Key} (active: {was?.ToString() ?? "either"}) answered {code}");
        license[identifier] = false;
    }

    private async Task VerifyAsync(OwnLicense license)
    {
        var identifier = $"h{random.Next(6)}.example";
        var reply = random.Next(2) == 0
            ? await caller.PostAsync("/api/v1/verify", new() { ["license_key"] = license.Key, ["identifier"] = identifier })
            : await caller.GetAsync($"/verify?license_key={license.Key}&domain={identifier}");
        if (reply is null or { IsLimited: true })
            return;
        bool? isActive = reply.Code switch { "200" or "" => true, "202" or "invalid_domain" => false, _ => null };
        if (isActive is null || (license[identifier] is { } known && known != isActive))
            ledger.Violate($"verifying {identifier} on {license.Key} (active: {license[identifier]?.ToString() ?? "either"}) answered {reply.Code}");
        license[identifier] = isActive;
    }

    private async Task RenameAsync(OwnLicense license)
    {
        var name = $"name {client} {_token++}";
        license.Names.Add(name);
        var reply = await caller.PostAsync(
            "/api/v1/update-license-key", new() { ["license_key"] = license.Key, ["owner_name"] = name, ["owner_email"] = $"c{client}-{random.Next(3)}@example.com" });
        if (reply is not { IsLimited: false })
            return;
        if (reply.Code != "950")
            ledger.Violate($"updating {license.Key} answered {reply.Code}");
        Settle(license.Names, name);
    }

    private async Task ChangeMetaAsync(OwnLicense license)
    {
        var value = $"v{_token++}";
        var (had, lacked) = (!license.Meta.Contains(null), license.Meta.All(each => each is null));
        var verb = random.Next(4) == 0 ? "delete" : lacked ? "create" : "update";
        var after = verb == "delete" ? null : value;
        license.Meta.Add(after);
        Dictionary<string, object> fields = new() { ["license_key"] = license.Key, ["key"] = "note", ["value"] = value };
        var reply = await caller.PostAsync($"/api/v1/{verb}-license-key-meta", fields);
        if (reply is not { IsLimited: false })
            return;
        var (done, refused) = verb switch { "create" => ("453", "452"), "update" => ("353", "352"), _ => ("252", "251") };
        var must = verb == "create" ? (lacked ? done : had ? refused : null) : had ? done : lacked ? refused : null;
        if (must is not null ? reply.Code != must : reply.Code != done && reply.Code != refused)
            ledger.Violate($"{verb} of metadata on {license.Key} answered {reply.Code}, not {must ?? done}");
        if (reply.Code == done)
            Settle(license.Meta, after);
        else
            license.Meta.Remove(verb == "delete" ? "\0" : value);
        if (reply.Code == refused && verb != "create")
            Settle(license.Meta, null);
        else if (reply.Code == refused)
            license.Meta.Remove(null);
    }

    private async Task DeleteAsync(OwnLicense license)
    {
        _current.Remove(license);
        license.Exists = null;
        for (var i = 0; i < 20; i++)
        {
            if (await caller.PostAsync("/api/v1/delete-license-key", new() { ["license_key"] = license.Key }) is not { IsLimited: false } reply)
                continue;
            if (reply.Code != "850" && (i == 0 || reply.Code != "851"))
                ledger.Violate($"deleting {license.Key} answered {reply.Code}");
            license.Exists = false;
            ledger.Count("licenses deleted");
            return;
        }
    }

    private static void Settle(HashSet<string?> values, string? value)
    {
        values.Clear();
        values.Add(value);
    }

    public async Task VerifyAsync(IServiceProvider services)
    {
        foreach (var license in _all)
            await VerifyAsync(Bed.StoreOf(services), license);
        ledger.Count("own licenses compared", _all.Count);
    }

    private async Task VerifyAsync(ITableStore store, OwnLicense license)
    {
        var partition = LicenseRows.Partition(license.Key);
        var rows = new Dictionary<string, Row>();
        await foreach (var each in store.ListAsync(new(TableNames.Licenses, partition), default))
            rows[each.Key] = each;
        var isThere = rows.TryGetValue(LicenseRows.License, out var row);
        if (license.Exists is { } exists && exists != isThere)
            ledger.Violate($"{license.Key} is {(isThere ? "there though deleted" : "lost")}");
        if (!isThere)
            return;
        var found = License.From(row!.Values);
        foreach (var (identifier, active) in license.Active.Where(each => each.Value is not null && license.Exists == true))
        {
            if (rows.ContainsKey(LicenseRows.Activation(LicenseRows.Hash(identifier))) != active)
                ledger.Violate($"{license.Key}: {identifier} is {(active == true ? "not active" : "active")}, against what was answered");
        }

        if (license.Limit > 0 && found.ActiveCount > license.Limit)
            ledger.Violate($"{license.Key} has {found.ActiveCount} activations, its limit is {license.Limit}");
        if (license.Exists == true && !license.Names.Contains(found.OwnerName))
            ledger.Violate($"{license.Key} has lost its name: {found.OwnerName}");
        var meta = rows.GetValueOrDefault(LicenseRows.Meta("note"))?.Values.GetText("value");
        if (license.Exists == true && !license.Meta.Contains(meta))
            ledger.Violate($"{license.Key} has metadata {meta ?? "(none)"}, not {string.Join('|', license.Meta.Select(each => each ?? "(none)"))}");
    }
}
