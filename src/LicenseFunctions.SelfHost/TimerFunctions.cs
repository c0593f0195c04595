using System.Reflection;
using LicenseFunctions.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NCrontab;

namespace LicenseFunctions.SelfHost;

/// <summary>Runs the functions that have a timer, each at the times of its schedule, one run at a time.</summary>
public sealed class TimerFunctions(IServiceProvider services, Opening opening, TimeProvider time, ILogger<TimerFunctions> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await opening.Rehearsed.WaitAsync(stoppingToken).ConfigureAwait(false);
        await Task.WhenAll(Read().Select(timer => RunAsync(timer, stoppingToken))).ConfigureAwait(false);
    }

    private async Task RunAsync(TimerFunction timer, CancellationToken stop)
    {
        var schedule = CrontabSchedule.Parse(timer.Trigger.Schedule, new() { IncludingSeconds = true });
        if (timer.Trigger.RunOnStartup)
            await RunOnceAsync(timer, stop).ConfigureAwait(false);
        while (!stop.IsCancellationRequested)
        {
            var now = time.GetUtcNow().UtcDateTime;
            try
            {
                await Task.Delay(schedule.GetNextOccurrence(now) - now, time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await RunOnceAsync(timer, stop).ConfigureAwait(false);
        }
    }

    private async Task RunOnceAsync(TimerFunction timer, CancellationToken stop)
    {
        try
        {
            var instance = ActivatorUtilities.CreateInstance(services, timer.Method.DeclaringType!);
            var arguments = timer.Method.GetParameters().Select(parameter =>
                parameter.ParameterType == typeof(CancellationToken) ? stop : (object)new TimerInfo()).ToArray();
            await ((Task)timer.Method.Invoke(instance, arguments)!).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A run that fails is logged; the next one comes at its time.
        catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(logger, e, timer.Name);
        }
    }

    private static IEnumerable<TimerFunction> Read() => FunctionCatalog.Triggered<TimerTriggerAttribute>()
        .Select(found => new TimerFunction(found.Name, found.Trigger, found.Method));

    private sealed record TimerFunction(string Name, TimerTriggerAttribute Trigger, MethodInfo Method);
}
