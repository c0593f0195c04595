using System.Diagnostics;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>The probe program as a process of its own.</summary>
internal sealed class ProbeProcess : IDisposable
{
    private readonly Process _process;

    public ProbeProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "LicenseFunctions.StoreProbe.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
    }

    /// <summary>The next line the process prints; null at its end.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Sends the line that the process waits for.</summary>
    public Task GoAsync() => _process.StandardInput.WriteLineAsync();

    /// <summary>Waits until the process has closed its store: the last one to close locks the file for a moment.</summary>
    public Task EndAsync() => _process.WaitForExitAsync();

    /// <summary>Ends the process without giving it a chance to do anything (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
