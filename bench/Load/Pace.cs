using System.Diagnostics;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Bench.Load;

/// <summary>
/// Gives the connections their turns, one after the other, evenly spaced: a thread of its own does, since the timers of .NET
/// fall due in bursts, as many at once as a tick of the kernel holds.
/// </summary>
internal sealed class Pace : IDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _gap;
    private readonly long _end;
    private readonly Thread _thread;

    public Pace(int connections, int perSecond, long end)
    {
        (_gap, _end) = ((double)Stopwatch.Frequency / perSecond, end);
        Turns = [.. Enumerable.Range(0, connections).Select(_ => new Turns())];
        _thread = new Thread(Run) { IsBackground = true, Name = "pace" };
        _thread.Start();
    }

    public IReadOnlyList<Turns> Turns { get; }

    public void Dispose()
    {
        _thread.Join();
        foreach (var turns in Turns)
            turns.Dispose();
    }

    private void Run()
    {
        var due = 0L;
        for (var n = 0L; due < _end; n++)
        {
            due = _start + (long)(n * _gap);
            while (Stopwatch.GetTimestamp() < due)
                Pause.Briefly();
            Turns[(int)(n % Turns.Count)].Add(due);
        }

        foreach (var turns in Turns)
            turns.Add(_end);
    }
}
