using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Cli;

/// <summary>One run of a command: what it was called with, and what it may use.</summary>
internal sealed class CommandRun(ParseResult arguments, IServiceProvider services, CancellationToken cancel)
{
    public CancellationToken Cancel => cancel;

    /// <summary>Takes what is told while the work goes on; the output is the answer's alone.</summary>
    public TextWriter Progress => arguments.InvocationConfiguration.Error;

    /// <summary>Takes lines of an answer that is too long to be kept until its end; nothing goes there where JSON is wanted.</summary>
    public TextWriter Lines => arguments.GetValue(LicenseCtl.Json) ? TextWriter.Null : arguments.InvocationConfiguration.Output;

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>An argument, which the parser has made sure of.</summary>
    public T Value<T>(Argument<T> argument) => arguments.GetRequiredValue(argument);

    /// <summary>An argument that may be left out; null when it was.</summary>
    public T? Optional<T>(Argument<T> argument) => arguments.GetValue(argument);

    /// <summary>An option; null or false when it was not given.</summary>
    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>A repeatable option; empty when it was not given.</summary>
    public T[] Values<T>(Option<T[]> option) => arguments.GetValue(option) ?? [];
}
