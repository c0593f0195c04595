using System.Diagnostics;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Contract;
using LicenseFunctions.Tests.Support;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Faults;

/// <summary>
/// Every endpoint × every request it makes to the table service × every fault of that request, below the client's own
/// retries. A part runs with the other tests, all of it with <c>FAULTS=all</c>.
/// </summary>
public sealed class TablesFaultMatrixTests(ITestOutputHelper output)
{
    /// <summary>Most of a cell is waiting.</summary>
    private static readonly int Lanes = FaultTable.IsLong ? 16 : 8;

    [AzuriteFact]
    public async Task Whatever_befalls_one_request_to_the_service_the_retry_answers_what_the_first_would_have()
    {
        var matrix = new FaultTable();
        var cases = new Queue<KeyValuePair<string, Func<Walk, Task<PreparedRequest>>>>(FaultCases.All);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(() => RunLaneAsync(cases, matrix))));

        matrix.Print(output);
        Assert.Empty(matrix.Failures);
    }

    private static async Task RunLaneAsync(Queue<KeyValuePair<string, Func<Walk, Task<PreparedRequest>>>> cases, FaultTable matrix)
    {
        using var handler = new FaultingHandler(new SocketsHttpHandler());
        var store = await Azurite.NewStoreAsync(await Azurite.NewConnectionStringAsync(), handler);
        await using var walk = await Walk.StartAsync(store);
        while (Next(cases) is { } next)
        {
            var cell = new Cells(walk, handler, next.Value);
            await cell.RecordAsync();
            foreach (var fault in Enum.GetValues<ServiceFault>())
            {
                for (var at = 0; at < cell.Requests.Count; at++)
                {
                    if (FaultTable.IsDue($"{next.Key} {at} {fault}", oneIn: 150))
                        matrix.Add(next.Key, $"{fault}", await cell.RunAsync(at, fault));
                }
            }
        }
    }

    private static KeyValuePair<string, Func<Walk, Task<PreparedRequest>>>? Next(Queue<KeyValuePair<string, Func<Walk, Task<PreparedRequest>>>> cases)
    {
        lock (cases)
            return cases.TryDequeue(out var next) ? next : null;
    }

    /// <summary>The cells of one case, each on something of its own.</summary>
    private sealed class Cells(Walk walk, FaultingHandler handler, Func<Walk, Task<PreparedRequest>> prepareAsync)
    {
        public IReadOnlyList<string> Requests { get; private set; } = [];

        public async Task RecordAsync()
        {
            var request = await BeginAsync(-1, null);
            var answer = await request.SendAsync(walk.Host, $"{Guid.NewGuid()}");
            Requests = handler.Requests;
            handler.Disarm();
            Assert.True(answer.IsSuccess, $"{request.Path} was to succeed, but answers {answer.Text}");
        }

        public async Task<CellResult> RunAsync(int at, ServiceFault fault)
        {
            // What the endpoint answers now, since what it lists grows.
            var fresh = await BeginAsync(-1, null);
            var expected = await fresh.SendAsync(walk.Host, $"{Guid.NewGuid()}");
            var (request, name) = (await BeginAsync(at, fault), $"{Guid.NewGuid()}");
            var clock = Stopwatch.StartNew();
            var first = await request.SendAsync(walk.Host, name);
            var took = clock.Elapsed;
            var struck = handler.HasStruck;
            handler.Disarm();
            var second = await request.SendAsync(walk.Host, name);
            var failure = Judge(request, fault, expected, first, took, second)
                ?? await FlawAsync(request)
                ?? walk.Host.Log.All.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).FirstOrDefault();
            return new(failure is null ? null : $"at {at} ({Requests[at]}): {failure}", struck, first.IsUnavailable);
        }

        private static string? Judge(PreparedRequest request, ServiceFault fault, Answer expected, Answer first, TimeSpan took, Answer second)
        {
            // One fault is got over by the client's retries; an outage is not.
            if (!Agrees(first, expected) && !(fault == ServiceFault.Outage && first.IsUnavailable))
                return $"answers {first.Form} {first.Text}, not {expected.Form}";
            if (took > FaultTable.Deadline)
                return $"answers after {took.TotalSeconds:0.0} s";
            return Agrees(second, expected) || request.Afterwards.Contains(second.Code) || (!request.IsNamed && IsTrue(first, second))
                ? null : $"the retry of {first.Form} answers {second.Form} {second.Text}, not {expected.Form}";
        }

        /// <summary>What is left of a deleted license is the timers' to remove, as the matrix of the store sees.</summary>
        private async Task<string?> FlawAsync(PreparedRequest request) =>
            request.Fields.Where(field => field.Name == "license_key").Select(field => field.Value).FirstOrDefault() is { } key
            && await walk.Host.Store.FindAsync(TableNames.Licenses, LicenseRows.Partition(key), LicenseRows.License, CancellationToken.None) is not null
                ? await StoreForm.FlawAsync(walk.Host.Store, LicenseRows.Partition(key)) : null;

        private static bool IsTrue(Answer first, Answer second) => first.IsSuccess && second.Code is "301" or "401" or "domain_not_found";

        /// <summary>Lists of everything grow from run to run.</summary>
        private static bool Agrees(Answer answer, Answer expected) =>
            answer.Form == expected.Form || (answer.Code == expected.Code && answer.Code is "810" or "820" or "846");

        private async Task<PreparedRequest> BeginAsync(int at, ServiceFault? fault)
        {
            handler.Disarm();
            var request = await prepareAsync(walk);
            foreach (var before in request.Before)
                await before.SendAsync(walk.Host, $"{Guid.NewGuid()}");
            handler.Arm(at, fault);
            return request;
        }
    }
}
