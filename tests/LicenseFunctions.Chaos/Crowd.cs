using System.Diagnostics;
using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Chaos.Workload;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos;

/// <summary>The clients with what they share, and whoever kills the servers under them.</summary>
internal sealed class Crowd
{
    private const int Hammers = 2;
    private const int ContestedCount = 4;
    private const int ContestedLimit = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ChaosOptions _options;
    private readonly Ledger _ledger;
    private readonly ContestedLicenses _contested;
    private readonly SharedContract[] _contracts;
    private readonly List<Product> _products = [];
    private readonly List<string> _apiKeys = [];
    private readonly List<(IActor[] Actors, NamedCalls Named, Random Random)> _clients = [];
    private SharedStock _stock = null!;

    private Crowd(ChaosOptions options, Ledger ledger, IServiceProvider watching)
    {
        (_options, _ledger) = (options, ledger);
        _contested = new(ledger, ContestedCount, ContestedLimit);
        _contracts = [new(ledger, "small", 5), new(ledger, "large", 40)];
        Windows = new(Bed.StoreOf(watching), ledger);
    }

    public WindowWatch Windows { get; }

    public IEnumerable<IActor> Actors => _clients.SelectMany(client => client.Actors);

    public int Unheard => _clients.Sum(client => client.Named.Open);

    /// <summary>Makes what the clients start from, below the APIs.</summary>
    public static async Task<Crowd> MakeAsync(ChaosOptions options, Bed bed, IServiceProvider services, Listener listener, Ledger ledger)
    {
        var crowd = new Crowd(options, ledger, services);
        for (var i = 0; i <= options.Clients; i++)
            crowd._products.Add(await ProductAsync(services, $"Product {i}"));
        crowd._stock = new(ledger, (await ProductAsync(services, "Stock")).Id);
        var creation = services.GetRequiredService<LicenseCreation>();
        var draft = new License { Key = "", Id = 0, ProductId = crowd._products[0].Id, Status = LicenseStatus.Assigned, AssignedAt = 1, ActivationLimit = ContestedLimit };
        await creation.CreateAsync(draft, [WindowWatch.Hammered, .. Enumerable.Range(0, ContestedCount).Select(ContestedLicenses.Key)], default);
        foreach (var contract in crowd._contracts)
        {
            await services.GetRequiredService<Contracts>().CreateAsync(new()
            {
                Key = contract.Key, Name = contract.Key, ProductId = crowd._products[0].Id, Quantity = contract.Quantity, CanGenerate = true,
                CanDestroy = true, CanDestroyAll = true, CanGetInfo = true,
            }, null, default);
        }

        foreach (var product in crowd._products.Select(product => product.Id).Append(crowd._stock.Product))
            await services.GetRequiredService<Generators>().CreateAsync(new() { ProductId = product, Method = GeneratorMethod.Uuid }, default);
        for (var i = 0; i < options.Clients + Hammers; i++)
            crowd._apiKeys.Add(await Bed.NewApiKeyAsync(services));
        await services.GetRequiredService<VendorWebhooks>().AddAsync(listener.Url, [EventNames.LicenseDeleted, EventNames.ActivationCreated], null, default);
        return crowd;
    }

    /// <summary>Goes on until as many were killed as shall be, and then until every named request was answered, or for as long as it may.</summary>
    public async Task RunAsync(Servers servers, Func<string, Task> tellAsync)
    {
        Gather(servers);
        using var stop = new CancellationTokenSource();
        using var drained = new CancellationTokenSource();
        var watch = Windows.WatchAsync(drained.Token);
        var clients = _clients.ConvertAll(client => Task.Run(() => LiveAsync(client.Actors, client.Named, client.Random, stop.Token, drained.Token)));
        var random = new Random(_options.Seed);
        var restarts = new List<Task>();
        while (_ledger.Of("kills") < _options.Kills)
        {
            await WaitForAnswersAsync(random.Next(10, 150), random.Next(100, 1400));
            restarts.Add(await servers.KillAsync(random, CancellationToken.None));
            restarts.RemoveAll(restart => restart.IsCompletedSuccessfully);
            if (_ledger.Of("kills") % 10 == 0)
                await tellAsync($"{_ledger.Of("kills")} kills, {_ledger.Answered} answers, {_ledger.Of("unheard")} unheard, {_ledger.Violations.Count} violations");
        }

        await Task.WhenAll(restarts);
        await Task.Delay(2000);
        await stop.CancelAsync();
        drained.CancelAfter(TimeSpan.FromSeconds(_options.DrainSeconds));
        await Task.WhenAll(clients);
        await drained.CancelAsync();
        await watch;
        await Windows.LookAsync(CancellationToken.None);
        await tellAsync($"all clients have stopped, {Unheard} named requests were never heard of");
    }

    /// <summary>A while, and so long that something happens between two kills, however slow the machine is.</summary>
    private async Task WaitForAnswersAsync(int answers, int milliseconds)
    {
        var (before, since) = (_ledger.Answered, Stopwatch.GetTimestamp());
        await Task.Delay(milliseconds);
        while (_ledger.Answered - before < answers && Stopwatch.GetElapsedTime(since) < Patience)
            await Task.Delay(20);
    }

    private static Task<Product> ProductAsync(IServiceProvider services, string name) =>
        services.GetRequiredService<Products>().CreateAsync(new() { Id = 0, Uuid = "", Slug = "", Name = name }, default);

    private void Gather(Servers servers)
    {
        for (var i = 0; i < _options.Clients + Hammers; i++)
        {
            var random = new Random(_options.Seed + (7919 * (i + 1)));
            var caller = new Caller(servers, _ledger, _apiKeys[i], random);
            var named = new NamedCalls(caller, _ledger, random);
            _clients.Add((i < _options.Clients ? Of(i, caller, named, random) : [new Hammer(caller, _ledger)], named, random));
        }
    }

    private IActor[] Of(int client, Caller caller, NamedCalls named, Random random)
    {
        var own = new OwnLicenses(caller, _ledger, random, _products[0].Id, client);
        return
        [
            own, own, own, own, new SharedLimits(caller, _ledger, random, _contested, client),
            new ContractKeysActor(caller, named, _ledger, random, _contracts, client), new StockActor(caller, named, _ledger, random, _stock, client),
            new MakingActor(caller, named, _ledger, random, _products[client + 1].Id), new CatalogActor(caller, named, _ledger, random, _stock.Product, client),
            new ContractsActor(caller, named, _ledger, random, _products[client + 1].Id, client),
            new ReadingActor(caller, _ledger, random, _products[client + 1], ContestedLicenses.Key(client % ContestedCount), client),
        ];
    }

    private async Task LiveAsync(IActor[] actors, NamedCalls named, Random random, CancellationToken stop, CancellationToken drained)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (named.Open > 0 && random.Next(8) == 0)
                    await named.RetryAsync();
                else
                    await actors[random.Next(actors.Length)].ActAsync();
                if (actors[0] is Hammer)
                    await Task.Delay(20, CancellationToken.None);
            }

            while (named.Open > 0 && !drained.IsCancellationRequested)
                await named.RetryAsync();
        }
#pragma warning disable CA1031 // A client that cannot go on is a finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _ledger.Violate($"a client could not make anything of an answer: {e}");
        }
    }
}
