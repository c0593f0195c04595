using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace LicenseFunctions.Cli;

/// <summary>What a command is run with: where its output goes, and where its settings come from.</summary>
internal sealed class Invocation(Func<IConfiguration> settings) : InvocationConfiguration
{
    public IConfiguration ReadSettings() => settings();
}
