using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LicenseFunctions.Tests.Support;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>
/// Mutated requests to every endpoint of the real self-host, over sockets, byte for byte. 8,000 of them run with the other
/// tests, 80,000 under <c>CI=true</c>, or <c>FUZZ=1000000</c>, or what <c>FUZZ_MINUTES</c> leave time for, from the seed <c>FUZZ_SEED</c>; a failure is
/// told with its bytes.
/// </summary>
[Collection(nameof(FuzzTests))]
public sealed class FuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Connections = 16;
    private const int MostFailures = 20;

    /// <summary>Without a wish for more.</summary>
    public static readonly int Usual = Environment.GetEnvironmentVariable("CI") == "true" ? 80_000 : 8_000;

    /// <summary>What a server may come to hold while it serves; it has no reason to go on growing.</summary>
    private const long MostGrowthKiB = 160 * 1024;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly CancellationTokenSource _time = new(TimeSpan.FromMinutes(NumberOf("FUZZ_MINUTES", 60)));
    private int _left;
    private int _sent;

    [Fact]
    public async Task Whatever_is_sent_is_answered_by_the_contract_or_a_problem_and_costs_nothing_that_stays()
    {
        var (count, seed) = (NumberOf("FUZZ", Usual), NumberOf("FUZZ_SEED", 1));
        await using var target = await FuzzTarget.StartAsync();
        var oracle = new FuzzOracle(target.Keys);
        var clock = Stopwatch.StartNew();
        await RunAsync(target, oracle, count / 4, seed);
        var warm = MemoryKiB(target.Process);
        await RunAsync(target, oracle, count - (count / 4), seed + 1000);
        var end = MemoryKiB(target.Process);

        var errors = target.Process.Output.Where(line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("crit:", StringComparison.Ordinal)).Take(5).ToArray();
        output.WriteLine($"{_sent} requests from seed {seed} in {clock.Elapsed.TotalSeconds:0} s, {_sent / clock.Elapsed.TotalSeconds:0} a second; memory {warm / 1024} MiB after a quarter, {end / 1024} MiB at the end");
        output.WriteLine($"answers by status: {string.Join(", ", _statuses.OrderBy(each => each.Key).Select(each => $"{each.Key} × {each.Value}"))} (0: connection closed)");
        foreach (var failure in _failures.Concat(errors))
            output.WriteLine(failure);
        Assert.Empty(_failures);
        Assert.Empty(errors);
        Assert.Empty(target.Process.Errors);
        Assert.InRange(end, 0, warm + MostGrowthKiB);
        Assert.Equal(200, (int)(await target.Process.Http.GetAsync(new Uri("/.well-known/jwks.json", UriKind.Relative))).StatusCode);
    }

    public void Dispose() => _time.Dispose();

    private async Task RunAsync(FuzzTarget target, FuzzOracle oracle, int count, int seed)
    {
        _left = count;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(lane => Task.Run(() =>
            RunLaneAsync(target.Process.Address, oracle, new FuzzMutator(target.Seeds, target.ApiKey, seed + lane)))));
    }

    private async Task RunLaneAsync(Uri address, FuzzOracle oracle, FuzzMutator mutator)
    {
        RawConnection? connection = null;
        while (Interlocked.Decrement(ref _left) >= 0 && _failures.Count < MostFailures && !_time.IsCancellationRequested)
        {
            var request = mutator.Next();
            Interlocked.Add(ref _left, 1 - request.Pipelined);
            Interlocked.Add(ref _sent, request.Pipelined);
            try
            {
                connection ??= await RawConnection.OpenAsync(address);
                if (!await ExchangeAsync(connection, request, oracle))
                    Close(ref connection);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (e is IOException or SocketException && e is not EndOfStreamException)
                    _statuses.AddOrUpdate(0, 1, (_, seen) => seen + 1);
                else
                    _failures.Enqueue($"{e.GetType().Name} {e.Message}\n{request}");
                Close(ref connection);
            }
        }

        connection?.Dispose();
    }

    /// <summary>False when the connection is not to be used again.</summary>
    private async Task<bool> ExchangeAsync(RawConnection connection, FuzzRequest request, FuzzOracle oracle)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        var bytes = request.ToBytes();
        await connection.SendAsync(request.Pipelined == 1 ? bytes : Enumerable.Repeat(bytes, request.Pipelined).SelectMany(each => each).ToArray(), patience.Token);
        if (!request.KeepsConnection)
            connection.EndSending();
        for (var i = 0; i < request.Pipelined; i++)
        {
            var hasBody = !request.Method.Equals("HEAD", StringComparison.Ordinal);
            var answer = await connection.ReadAsync(hasBody, patience.Token);
            _statuses.AddOrUpdate(answer?.Status ?? 0, 1, (_, seen) => seen + 1);
            if (answer is null)
                return false;
            if (oracle.Judge(answer, hasBody) is { } flaw)
                _failures.Enqueue($"{flaw}\n{request}\n→ {answer.Status} {string.Join(' ', answer.Headers)} {System.Text.Encoding.Latin1.GetString(answer.Body)}");
            if (connection.IsClosing)
                return false;
        }

        return request.KeepsConnection;
    }

    private static void Close(ref RawConnection? connection)
    {
        connection?.Dispose();
        connection = null;
    }

    private static long MemoryKiB(SelfHostProcess process) => process.WorkingSet / 1024;

    public static int NumberOf(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
