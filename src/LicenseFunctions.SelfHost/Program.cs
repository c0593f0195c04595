using LicenseFunctions.SelfHost;

return await SelfHostProgram.RunAsync(args);
