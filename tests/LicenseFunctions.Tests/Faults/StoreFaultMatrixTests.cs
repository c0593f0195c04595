using LicenseFunctions.Http;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Faults;

/// <summary>
/// Every endpoint × every operation it makes on its store × every fault at that operation. The answer is what it would
/// have been, or a 503 that says when to come back; the retry answers what the first would have; nothing is done twice or
/// by half. A part of the matrix runs with the other tests, all of it with <c>FAULTS=all</c>.
/// </summary>
public sealed class StoreFaultMatrixTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_function_has_a_case()
    {
        var cases = FaultCases.All.Keys.Select(name => name.Split(' ')[0]).ToHashSet();

        Assert.Empty(new FunctionCatalog().All.Select(function => function.Name).Except(cases));
    }

    /// <summary>What the matrix has found.</summary>
    [Theory]
    [InlineData("CreateProductMeta", "commit idempotency Upsert", "LostBefore")]
    [InlineData("DeleteProductMeta", "commit idempotency Upsert", "LostBefore")]
    [InlineData("DeleteContract", "commit idempotency Upsert", "LostBefore")]
    [InlineData("DestroyContractKey", "commit idempotency Upsert", "LostBefore")]
    [InlineData("DestroyContractKeys", "commit idempotency Upsert", "LostBefore")]
    [InlineData("DeleteProduct", "list catalog", "LostAfter")]
    [InlineData("UpdateProduct", "commit idempotency Insert", "LostAfter")]
    [InlineData("UpdateContract", "find catalog", "Outage")]
    [InlineData("SendTelemetry", "commit telemetry Insert", "LostAfter")]
    [InlineData("RandomAssignLicenseKeys generating", "commit licenses Replace+Upsert", "Outage")]
    [InlineData("RandomAssignLicenseKeysQueued", "commit idempotency Replace", "LosesRace")]
    [InlineData("DeleteLicenseKey", "commit licenses Delete", "LosesRace")]
    [InlineData("RandomAssignLicenseKeys", "commit idempotency Replace", "LosesRace")]
    [InlineData("RandomAssignLicenseKeys generating", "commit idempotency Replace", "LosesRace")]
    [InlineData("ActivateLicenseKey", "find licenses", "Outage")]
    public async Task What_once_was_done_by_half_or_twice_is_done_once(string name, string operation, string fault)
    {
        await using var bench = await Bench.SetAsync(name);
        var cell = new StoreFaultCell(bench, bench.Requests[name]);
        await cell.RecordAsync();
        var at = cell.Operations.ToList().FindIndex(each => each.StartsWith(operation, StringComparison.Ordinal));

        var result = await cell.RunAsync(at, Enum.Parse<StoreFault>(fault));

        Assert.True(result.HasStruck);
        Assert.Null(result.Failure);
    }

    [Fact]
    public async Task Whatever_befalls_one_operation_the_retry_answers_what_the_first_would_have()
    {
        await using var bench = await Bench.SetAsync();
        var matrix = new FaultTable();
        await Parallel.ForEachAsync(bench.Requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (each, _) =>
        {
            var cell = new StoreFaultCell(bench, each.Value);
            await cell.RecordAsync();
            foreach (var fault in Enum.GetValues<StoreFault>())
            {
                for (var at = 0; at < cell.Operations.Count; at++)
                {
                    if (FaultTable.IsDue($"{each.Key} {at} {fault}", oneIn: 24))
                        matrix.Add(each.Key, $"{fault}", await cell.RunAsync(at, fault));
                }
            }
        });

        matrix.Print(output);
        Assert.Empty(matrix.Failures);
    }
}
