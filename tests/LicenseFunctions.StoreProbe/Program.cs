using LicenseFunctions.StoreProbe;

return args switch
{
    ["commit", var path, var seed, ..] => await CommitUntilKilled.RunAsync(path, int.Parse(seed), args[3..] is ["hurried"]),
    ["count", var path, var times] => await Count.RunAsync(path, int.Parse(times)),
    ["load", var path, var name, var seconds, var callers, var kind] =>
        await Load.RunAsync(path, name, int.Parse(seconds), int.Parse(callers), kind),
    ["bench", var path, ..] => await Bench.RunAsync(path, args.Length > 2 ? args[2] : "all"),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        commit <file> <seed> [hurried]                      commits until killed, prints each answered commit
        count <file> <times>                                adds 1 to shared rows so many times, beside other processes
        load <file> <name> <seconds> <callers> usage|durable   commits under load, prints count and longest wait
        bench <file> [find|usage|durable|mixed|all]          operations per second
        """);
    return 2;
}
