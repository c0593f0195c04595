using LicenseFunctions.StoreProbe;

return args switch
{
    ["commit", var path, var seed] => await CommitUntilKilled.RunAsync(path, int.Parse(seed)),
    ["load", var path, var name, var seconds, var callers, var kind] =>
        await Load.RunAsync(path, name, int.Parse(seconds), int.Parse(callers), kind),
    ["bench", var path, ..] => await Bench.RunAsync(path, args.Length > 2 ? args[2] : "all"),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        commit <file> <seed>                                commits until killed, prints each answered commit
        load <file> <name> <seconds> <callers> usage|durable   commits under load, prints count and longest wait
        bench <file> [find|usage|durable|mixed|all]          operations per second
        """);
    return 2;
}
