using System.Diagnostics;
using System.Text.Json;
using LicenseFunctions.Cli;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Cli;

/// <summary>Runs <c>licensectl</c> on a store of its own: in this process, or as a process beside it.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _settings;

    /// <param name="settings">Other settings than those of a new SQLite file.</param>
    public CommandLine(params (string Name, string Value)[] settings)
    {
        _settings = settings.ToDictionary(each => each.Name, string? (each) => each.Value);
        _settings.TryAdd("Storage:Provider", "Embedded");
        _settings.TryAdd("Storage:Path", _folder["licenses.db"]);
        _settings.TryAdd("Signing:Path", _folder["keys"]);
        _settings.TryAdd("Downloads:Path", _folder["downloads"]);
    }

    /// <summary>The environment of <see cref="SpawnAsync"/>, beside the settings.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string KeysPath => _settings["Signing:Path"]!;

    public string DownloadsPath => _settings["Downloads:Path"]!;

    public string StorePath => _settings["Storage:Path"]!;

    /// <summary>The store, as a server opens it.</summary>
    public Task<SqliteTableStore> OpenStoreAsync() => SqliteTableStore.OpenAsync(StorePath, CancellationToken.None);

    /// <summary>A product in the store.</summary>
    public async Task<Product> ProductAsync(string name = "Widget")
    {
        await using var services = new ServiceCollection()
            .AddLicensing(new ConfigurationBuilder().AddInMemoryCollection(_settings).Build()).BuildServiceProvider();
        return await services.GetRequiredService<Products>().CreateAsync(
            new Product { Id = 0, Uuid = "", Slug = "", Name = name }, CancellationToken.None);
    }

    /// <summary>A file of this length, all zeros but for the text it begins with.</summary>
    public string NewFile(string name, long length, string begin = "")
    {
        using var file = File.Create(_folder[name]);
        file.SetLength(length);
        file.Write(System.Text.Encoding.UTF8.GetBytes(begin));
        return file.Name;
    }

    /// <summary>Runs a command in this process.</summary>
    public async Task<CommandLineResult> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        var code = await LicenseCtl.RunAsync(args, output, error, () => configuration);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command as a process of its own.</summary>
    public Task<CommandLineResult> SpawnAsync(params string[] args) =>
        StartAsync(DotNet, [Path.Combine(AppContext.BaseDirectory, "licensectl.dll"), .. args]);

    /// <summary>Runs a command as a process that reads what a line of shell prints.</summary>
    public Task<CommandLineResult> PipeAsync(string from, params string[] args) =>
        StartAsync("/bin/sh", ["-c", from + " | \"$@\"", "sh", DotNet, Path.Combine(AppContext.BaseDirectory, "licensectl.dll"), .. args]);

    private static string DotNet => System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private async Task<CommandLineResult> StartAsync(string program, string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        foreach (var (name, value) in _settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>What a command did.</summary>
internal sealed record CommandLineResult(int Code, string Output, string Error)
{
    /// <summary>The one document that a command prints with <c>--json</c>; parsing fails when there is anything else.</summary>
    public JsonElement Json
    {
        get
        {
            Assert.True(Code == 0, Error);
            return JsonDocument.Parse(Output).RootElement;
        }
    }

    /// <summary>Asserts success, and what people see.</summary>
    public void ShouldSay(string text) => Assert.Equal((0, text + Environment.NewLine), (Code, Output.ReplaceLineEndings()));

    /// <summary>Asserts a failure: one line that says why, and nothing on the output.</summary>
    public void ShouldFail(int code, string because)
    {
        Assert.Equal((code, ""), (Code, Output));
        var line = Assert.Single(Error.TrimEnd().Split('\n'), line => !line.StartsWith("There was no store yet", StringComparison.Ordinal));
        Assert.StartsWith("licensectl: ", line, StringComparison.Ordinal);
        Assert.Contains(because, line, StringComparison.Ordinal);
    }
}
