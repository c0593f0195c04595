using System.Diagnostics;

namespace LicenseFunctions.Tests.Faults;

/// <summary>The cells of one request.</summary>
internal sealed class StoreFaultCell(Bench bench, PreparedRequest request)
{
    private const string Name = "5d8a4b6e-0000-4000-8000-000000000001";

    private Answer _expected = null!;
    private IReadOnlyList<string> _rows = [];

    public IReadOnlyList<string> Operations { get; private set; } = [];

    /// <summary>Runs without a fault: what it asks, answers and leaves behind.</summary>
    public async Task RecordAsync() => (Operations, _expected, _rows) = await bench.RunAsync(async instance =>
    {
        await BeginAsync(instance, -1, null);
        var answer = await request.SendAsync(instance.Host, Name);
        Assert.True(answer.IsSuccess, $"{request.Path} was to succeed, but answers {answer.Text}");
        var operations = instance.Store.Operations;
        await instance.SettleAsync();
        return (operations, answer, await StoreForm.OfAsync(instance.Host.Store));
    });

    public Task<CellResult> RunAsync(int at, StoreFault fault) => bench.RunAsync(async instance =>
    {
        await BeginAsync(instance, at, fault);
        var clock = Stopwatch.StartNew();
        var first = await request.SendAsync(instance.Host, Name);
        var took = clock.Elapsed;
        var struck = instance.Store.HasStruck;
        instance.Store.Disarm();
        instance.Time.Advance(first.ComeBackIn ?? TimeSpan.Zero);
        var second = await request.SendAsync(instance.Host, Name);
        await instance.SettleAsync();
        var failure = Judge(fault, first, took, second)
            ?? Differs(await StoreForm.OfAsync(instance.Host.Store))
            ?? await StoreForm.FlawAsync(instance.Host.Store)
            ?? await instance.FindingsAsync()
            ?? instance.Host.Log.All.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).FirstOrDefault();
        return new CellResult(failure is null ? null : $"at {at} ({Operations[at]}): {failure}", struck, first.IsUnavailable);
    });

    private async Task BeginAsync(Bench.Instance instance, int at, StoreFault? fault)
    {
        foreach (var before in request.Before)
            await before.SendAsync(instance.Host, "before");
        instance.Store.Arm(at, fault);
    }

    private string? Judge(StoreFault fault, Answer first, TimeSpan took, Answer second)
    {
        var mayFail = fault is not (StoreFault.Slow or StoreFault.LosesRace);
        if (first.Form != _expected.Form && !(mayFail && first.IsUnavailable))
            return $"answers {first.Form} {first.Text}, not {_expected.Form}";
        if (took > FaultTable.Deadline)
            return $"answers after {took.TotalSeconds:0.0} s";
        if (second.Form != _expected.Form && !(request.Afterwards.Contains(second.Code) && fault != StoreFault.LostBefore))
            return $"the retry of {first.Form} answers {second.Form} {second.Text}, not {_expected.Form}";
        return request.IsNamed && !first.IsUnavailable && first.Text != second.Text ? "the retry's answer has other bytes" : null;
    }

    private string? Differs(IReadOnlyList<string> rows)
    {
        var (more, less) = (rows.ToList(), _rows.ToList());
        foreach (var row in _rows)
            more.Remove(row);
        foreach (var row in rows)
            less.Remove(row);
        return more.Count + less.Count == 0 ? null : $"leaves behind {string.Join(" | ", more)} in the place of {string.Join(" | ", less)}";
    }
}
