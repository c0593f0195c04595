using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace LicenseFunctions.Tests.Support;

/// <summary>The process of Azurite's table service. It ends with the test run, also with one that is killed.</summary>
internal sealed class AzuriteProcess : IDisposable
{
    private const int Accounts = 1000;

    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(12));
    private readonly LoopbackPort _port = new();
    private readonly Process _process;
    private readonly Task<string> _errors;

    private AzuriteProcess(string main)
    {
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--import", NodeProgram.EndWithParent, main,
                "--tableHost", "127.0.0.1", "--tablePort", _port.Number.ToString(CultureInfo.InvariantCulture),
                "--inMemoryPersistence", "--disableTelemetry", "--silent",
            },
        };
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(';', Enumerable.Range(0, Accounts).Select(i => $"{Name(i)}:{_key}"));
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _errors = _process.StandardError.ReadToEndAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public static async Task<AzuriteProcess> StartAsync()
    {
        var main = await AzuritePackage.InstallAsync();
        for (var attempt = 1; ; attempt++)
        {
            var azurite = new AzuriteProcess(main);
            if (await azurite.AnswersAsync())
                return azurite;
            azurite.Dispose();
            // Outside Linux another process may have taken the port in between.
            if (attempt == 3)
                throw new InvalidOperationException($"Azurite did not start. {await azurite._errors}");
        }
    }

    public string ConnectionString(int account) => account < Accounts
        ? $"AccountName={Name(account)};AccountKey={_key};TableEndpoint=http://127.0.0.1:{_port.Number}/{Name(account)}"
        : throw new InvalidOperationException($"All {Accounts} accounts of Azurite are in use.");

    public void Dispose()
    {
        _port.Dispose();
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private static string Name(int account) => $"t{account:D4}";

    private async Task<bool> AnswersAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var clock = Stopwatch.StartNew();
        while (!_process.HasExited && clock.Elapsed < TimeSpan.FromMinutes(3))
        {
            try
            {
                // Any answer will do; without a signature it is a refusal.
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{_port.Number}/{Name(0)}/Tables"));
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }
}
