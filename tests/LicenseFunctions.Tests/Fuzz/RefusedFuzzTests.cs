using System.Globalization;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>
/// The same mutated requests, one after the other in this process, where it can be seen what each of them writes: one that
/// is refused changes nothing but what counts requests. A quarter as many.
/// </summary>
[Collection(nameof(FuzzTests))]
public sealed class RefusedFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Beside = [TableNames.Limits, TableNames.Idempotency, TableNames.Audit, TableNames.Ids];

    [Fact]
    public async Task A_refused_request_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        var changes = new List<string>();
        var store = new NotingStore(sqlite, changes);
        await using var host = await ApiHost.StartAsync(
            store, settings: [("Downloads:Path", folder["downloads"]), .. FuzzTarget.NoLimits.Select(each => (each.Name.Replace("__", ":", StringComparison.Ordinal), each.Value))]);
        var seeds = await FuzzTarget.PrepareAsync(host);
        var oracle = new FuzzOracle(await host.Keys.AllAsync(CancellationToken.None));
        var (seed, count) = (FuzzTests.NumberOf("FUZZ_SEED", 1), FuzzTests.NumberOf("FUZZ", FuzzTests.Usual) / 4);
        var mutator = new FuzzMutator(seeds, host.ApiKey, seed + 5000);
        var (refused, failures) = (0, new List<string>());
        for (var i = 0; i < count && failures.Count < 10; i++)
        {
            var request = mutator.Next();
            if (!request.Target.StartsWith('/') || request.Target.Contains("%00", StringComparison.Ordinal))
                continue;
            changes.Clear();
            var answer = await SendAsync(host, request);
            var isRefusal = oracle.Judge(answer, hasBody: request.Method != "HEAD") is not { } flaw ? FuzzOracle.IsRefusal(answer) : Fail(failures, flaw, request);
            refused += isRefusal ? 1 : 0;
            if (isRefusal && changes.Count > 0)
                Fail(failures, $"refused with {answer.Status} {System.Text.Encoding.UTF8.GetString(answer.Body)}, but wrote {string.Join(", ", changes)}", request);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} requests from seed {seed}, {refused} of them refused"));
        failures.ForEach(output.WriteLine);
        Assert.Empty(failures);
        Assert.True(refused > count / 10, "Too few are refused to say anything.");
        Assert.DoesNotContain(host.Log.All, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }

    private static bool Fail(List<string> failures, string flaw, FuzzRequest request)
    {
        failures.Add($"{flaw}\n{request}");
        return false;
    }

    private static async Task<RawAnswer> SendAsync(ApiHost host, FuzzRequest request)
    {
        var server = (TestServer)host.Services.GetRequiredService<IServer>();
        var at = request.Target.IndexOf('?', StringComparison.Ordinal);
        var context = await server.SendAsync(each =>
        {
            each.Request.Method = request.Method;
            each.Request.Path = new PathString(Uri.UnescapeDataString(at < 0 ? request.Target : request.Target[..at]));
            each.Request.QueryString = new QueryString(at < 0 ? "" : request.Target[at..]);
            foreach (var (name, value) in request.Headers)
                each.Request.Headers.Append(name, value);
            each.Request.ContentLength = request.Body.Length;
            each.Request.Body = new MemoryStream(request.Body);
        });
        var body = new MemoryStream();
        await context.Response.Body.CopyToAsync(body);
        var headers = context.Response.Headers.ToDictionary(each => each.Key, each => $"{each.Value}", StringComparer.OrdinalIgnoreCase);
        return new(context.Response.StatusCode, headers, body.ToArray());
    }

    /// <summary>Notes what is written beside windows, totals and records of requests; a marker is taken away again.</summary>
    private sealed class NotingStore(ITableStore inner, List<string> changes) : ITableStore
    {
        public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel) => inner.FindAsync(table, partition, rowKey, cancel);

        public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel) => inner.ListAsync(range, cancel);

        public async ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> written, CancellationToken cancel)
        {
            var result = await inner.CommitAsync(table, partition, written, cancel);
            if (result.Committed && !Beside.Contains(table) && partition != "pending" && !written.All(change => IsCount(change.Key)))
            {
                lock (changes)
                    changes.Add($"{table} {string.Join('+', written.Select(change => $"{change.Kind} {change.Key}"))}");
            }

            return result;
        }

        /// <summary>Also when an API key was last used, which a timer writes.</summary>
        private static bool IsCount(string key) =>
            key == "use" || key == LicenseRows.Usage || key.StartsWith("usage.", StringComparison.Ordinal) || key.StartsWith("idem.", StringComparison.Ordinal);
    }
}
