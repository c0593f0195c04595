using LicenseFunctions.Bench;
using LicenseFunctions.Bench.Scenarios;
using LicenseFunctions.Bench.Servers;

// Sockets complete on the one thread that watches them: the load generator must cost little beside the servers.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");

var scenarios = new Dictionary<string, Func<Options, string, Task>>(StringComparer.Ordinal)
{
    ["throughput"] = Throughput.RunAsync,
    ["cold"] = Cold.RunAsync,
    ["growth"] = Growth.RunAsync,
    ["azure"] = AzurePace.RunAsync,
    ["cost"] = Cost.RunAsync,
    ["move"] = Move.RunAsync,
};
if (args.Length == 0 || !scenarios.TryGetValue(args[0], out var scenario))
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench -- {string.Join('|', scenarios.Keys)} [--only CASE,…] [--connections 1,16,64] [--seconds 3] [--rounds 3]");
    return 2;
}

var folder = Directory.CreateTempSubdirectory("license-bench-").FullName;
try
{
    Console.WriteLine($"{args[0]} of commit {await Programs.CommitAsync()}");
    await scenario(Options.Parse(args[1..]), folder);
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
