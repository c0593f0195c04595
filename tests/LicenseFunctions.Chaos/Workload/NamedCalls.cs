namespace LicenseFunctions.Chaos.Workload;

/// <summary>
/// Requests with an Idempotency-Key: sent again until an answer is heard, then now and then once more, which must answer
/// the same to the byte.
/// </summary>
internal sealed class NamedCalls(Caller caller, Ledger ledger, Random random)
{
    private readonly List<Named> _open = [];

    public int Open => _open.Count;

    /// <summary>Sends one; what it was answered is told now or later.</summary>
    public Task CallAsync(string path, Dictionary<string, object> fields, Action<Reply> heard) =>
        SendAsync(new(path, fields, Guid.NewGuid().ToString("N"), heard));

    /// <summary>Sends one of those again that were not heard of.</summary>
    public async Task RetryAsync()
    {
        if (_open.Count == 0)
            return;
        var named = _open[random.Next(_open.Count)];
        _open.Remove(named);
        ledger.Count("named retries");
        await SendAsync(named);
    }

    private async Task SendAsync(Named named)
    {
        var reply = await caller.PostAsync(named.Path, named.Fields, named.Key);
        if (reply is null || reply.IsLimited)
        {
            _open.Add(named);
            return;
        }

        named.Heard(reply);
        if (random.Next(3) == 0 && await caller.PostAsync(named.Path, named.Fields, named.Key) is { IsLimited: false } again)
        {
            ledger.Count("answers compared");
            if (!again.Bytes.AsSpan().SequenceEqual(reply.Bytes))
                ledger.Violate($"{named.Path} answered the same request differently: {reply.Code}, then {again.Code}");
        }
    }

    private sealed record Named(string Path, Dictionary<string, object> Fields, string Key, Action<Reply> Heard);
}
