using LicenseFunctions.Chaos;

if (ChaosOptions.Read(args) is not { } options)
{
    Console.Error.WriteLine(ChaosOptions.Usage);
    return 2;
}

return await (options.IsRace ? Race.RunAsync(options, Console.Out) : Rig.RunAsync(options, Console.Out)) ? 0 : 1;
