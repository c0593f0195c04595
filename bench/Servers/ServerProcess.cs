using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LicenseFunctions.Bench.Servers;

/// <summary>A server started as a process of its own, on a free port of loopback; ended by its handle.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port, string log) => (_process, Port, Log) = (process, port, log);

    public int Port { get; }

    /// <summary>The file that its output goes to.</summary>
    public string Log { get; }

    /// <summary>Its resident memory at the moment, in MB.</summary>
    public double ResidentMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>The processor time that it has had.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it without waiting for it to listen.</summary>
    /// <param name="program">A dll for <c>dotnet</c>, or a program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Settings beside the address.</param>
    /// <param name="folder">Where its output goes.</param>
    public static ServerProcess Start(string program, string[] arguments, IReadOnlyDictionary<string, string> settings, string folder)
    {
        var port = FreePort();
        var log = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(program)}-{port}.log");
        // The shell only sends the output to a file, and becomes the program.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = folder };
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];
        foreach (var argument in (string[])["-c", "exec \"$@\" > \"$0\" 2>&1", log, .. command, .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var own in start.Environment.Keys.Where(key => key.StartsWith("DOTNET_SYSTEM_NET_SOCKETS", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(own);
        start.Environment["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!, port, log);
    }

    /// <summary>Waits until it takes connections.</summary>
    public async Task<ServerProcess> ListeningAsync()
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            if (await TryConnectAsync())
                return this;
            if (_process.HasExited || Stopwatch.GetElapsedTime(since).TotalSeconds > 30)
                throw new InvalidOperationException($"The server did not start: {await File.ReadAllTextAsync(Log)}");
            await Task.Delay(1);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<bool> TryConnectAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
