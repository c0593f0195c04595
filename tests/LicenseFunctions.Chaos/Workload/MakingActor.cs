using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>One client that makes licenses of a product of its own: as many as it was told, none lost and none twice.</summary>
internal sealed class MakingActor(Caller caller, NamedCalls named, Ledger ledger, Random random, long product) : IActor
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private int _certain;
    private int _possible;
    private int _number;

    public async Task ActAsync()
    {
        var count = random.Next(1, random.Next(6) == 0 ? 250 : 12);
        var isGenerated = random.Next(2) == 0;
        Dictionary<string, object> fields = new() { ["product_id"] = product, ["status"] = "available" };
        var keys = Enumerable.Range(0, count).Select(_ => $"MADE-{product}-{_number++}").ToArray();
        if (isGenerated)
            fields["quantity"] = count;
        else
            fields["license_keys"] = keys;
        _possible += count;
        var path = isGenerated ? "/api/v1/generate" : "/api/v1/create-license-keys";
        if (random.Next(2) == 0)
            await named.CallAsync(path, fields, Hear);
        else if (await caller.PostAsync(path, fields) is { } reply)
            Hear(reply);

        void Hear(Reply reply)
        {
            if (reply.IsLimited)
            {
                _possible -= count;
                return;
            }

            if (reply.Code != (isGenerated ? "815" : "900") || (!isGenerated && reply.Response.GetProperty("created").GetInt32() != count))
                ledger.Violate($"{path} of {count} answered {reply.Code}");
            ledger.Count("licenses made", count);
            _certain += count;
            _told.UnionWith(isGenerated ? reply.Response.GetProperty("licenseKeys").EnumerateArray().Select(each => each.GetString()!) : keys);
        }
    }

    public async Task VerifyAsync(IServiceProvider services)
    {
        var count = await services.GetRequiredService<LicenseLists>().CountAsync(product, null, default);
        if (count < _certain || count > _possible || _told.Count != _certain)
            ledger.Violate($"of product {product} there are {count} licenses, told were {_certain} ({_told.Count} different), asked for {_possible}");
        foreach (var key in _told)
        {
            if (await services.GetRequiredService<Licenses>().FindAsync(key, default) is null)
                ledger.Violate($"{key} was made and is lost");
        }
    }
}
