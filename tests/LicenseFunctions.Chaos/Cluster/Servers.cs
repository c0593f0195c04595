using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Chaos.Cluster;

/// <summary>Several processes of the real self-host on one store. One that is killed is replaced at once.</summary>
internal sealed class Servers(Bed bed, Ledger ledger) : IAsyncDisposable
{
    private readonly List<SelfHostProcess> _alive = [];
    private readonly Lock _gate = new();
    private int _sought;

    public async Task StartAsync(int count)
    {
        for (var i = 0; i < count; i++)
            Add(await SelfHostProcess.StartAsync(bed.Folder, bed.Settings));
    }

    /// <summary>Any that is thought to be alive.</summary>
    public async Task<SelfHostProcess> PickAsync(Random random, CancellationToken cancel)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_alive.Count > 0)
                    return _alive[random.Next(_alive.Count)];
            }

            await Task.Delay(10, cancel);
        }
    }

    /// <summary>The same for a number: so that what belongs together can be spread on purpose.</summary>
    public SelfHostProcess this[int number]
    {
        get
        {
            lock (_gate)
                return _alive[number % _alive.Count];
        }
    }

    /// <summary>Kills one, leaving it no time for anything, and starts another.</summary>
    public async Task<Task> KillAsync(Random random, CancellationToken cancel)
    {
        var victim = await PickAsync(random, cancel);
        lock (_gate)
            _alive.Remove(victim);
        await victim.KillAsync();
        ledger.Count("kills");
        return RestartAsync(victim);
    }

    public async ValueTask DisposeAsync()
    {
        while (true)
        {
            SelfHostProcess? one;
            lock (_gate)
            {
                one = _alive.FirstOrDefault();
                if (one is null)
                    return;
                _alive.Remove(one);
            }

            Read(one);
            await one.DisposeAsync();
        }
    }

    private async Task RestartAsync(SelfHostProcess killed)
    {
        Read(killed);
        try
        {
            Add(await SelfHostProcess.StartAsync(bed.Folder, bed.Settings));
        }
        catch (InvalidOperationException e)
        {
            ledger.Violate($"a process did not start again: {e.Message}");
        }
        catch (TimeoutException)
        {
            // A machine that is busy with other things.
            ledger.Count("slow starts");
            Add(await SelfHostProcess.StartAsync(bed.Folder, bed.Settings));
        }

        // Those who still wait for an answer of the old one have heard that it is gone by now.
        await Task.Delay(1000);
        await killed.DisposeAsync();
    }

    private void Add(SelfHostProcess host)
    {
        lock (_gate)
            _alive.Add(host);
    }

    /// <summary>An error in a log is a defect of the program: what it cannot help is a warning.</summary>
    private void Read(SelfHostProcess host)
    {
        foreach (var line in host.Output.Where(line => line.Contains(" fail: ", StringComparison.Ordinal)))
        {
            ledger.Count("errors logged");
            if (Interlocked.Increment(ref _sought) <= 20)
                ledger.Violate($"logged: {(line.Length > 900 ? line[..900] : line)}");
        }

        foreach (var _ in host.Output.Where(line => line.Contains(" warn: ", StringComparison.Ordinal)))
            ledger.Count("warnings logged");
    }
}
