using System.Collections.Concurrent;
using System.Diagnostics;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// The built self-host as a process of its own, in a folder of the test's. Nothing of this process' settings reaches it,
/// and it ends with the test, however that ends.
/// </summary>
internal sealed class SelfHostProcess : IAsyncDisposable
{
    /// <summary>Ends what hangs, and nothing else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] OurSettings = ["Storage__", "Signing__", "Bootstrap__", "RateLimits__", "ASPNETCORE_", "OTEL_", "DOTNET_ENVIRONMENT", "URLS"];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri?> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SelfHostProcess(string folder, IEnumerable<(string Name, string Value)> settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "LicenseFunctions.SelfHost.dll") },
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToArray())
            start.Environment.Remove(name);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => See(line.Data);
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _errors.Enqueue(line.Data);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The lines on standard output so far; all of them once <see cref="ExitAsync"/> has answered.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Errors => [.. _errors];

    public int Id => _process.Id;

    /// <summary>The memory it holds now, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Starts one and waits until it listens.</summary>
    public static async Task<SelfHostProcess> StartAsync(string folder, params (string Name, string Value)[] settings)
    {
        var host = Launch(folder, settings);
        var address = await host._listening.Task.WaitAsync(Patience);
        if (address is null)
        {
            await host.ExitAsync();
            throw new InvalidOperationException($"It did not start: {string.Join('\n', host.Output.Concat(host.Errors))}");
        }

        host.Address = address;
        host.Http = new HttpClient { BaseAddress = address, Timeout = Patience };
        return host;
    }

    /// <summary>Starts one without waiting for anything.</summary>
    public static SelfHostProcess Launch(string folder, params (string Name, string Value)[] settings) => new(folder, settings);

    /// <summary>Waits for the end; answers the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop (SIGTERM) and waits until it has.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await ExitAsync();
    }

    /// <summary>Ends it without giving it a chance to do anything (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void See(string? line)
    {
        if (line is null)
        {
            _listening.TrySetResult(null);
            return;
        }

        _output.Enqueue(line);
        if (line.StartsWith("Listening on ", StringComparison.Ordinal))
            _listening.TrySetResult(new Uri(line["Listening on ".Length..].Split(' ', ',')[0]));
    }

    private static bool IsOurs(string name) => OurSettings.Any(ours => name.StartsWith(ours, StringComparison.OrdinalIgnoreCase));
}
