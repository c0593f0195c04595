using System.Text;
using LicenseFunctions;
using LicenseFunctions.Cli;

Console.OutputEncoding = Encoding.UTF8;
return await LicenseCtl.RunAsync(args, Console.Out, Console.Error, LocalSettings.Read);
