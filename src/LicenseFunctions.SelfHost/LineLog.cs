using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace LicenseFunctions.SelfHost;

/// <summary>
/// Writes log lines to the standard output, as the simple console logger does on one line, in whole buffers: under a flood
/// of refusals, each of which leaves a line, one write carries many of them. A line is out within moments of its request.
/// </summary>
[ProviderAlias("Console")]
public sealed class LineLog : ILoggerProvider
{
    /// <summary>Where the output is too slow to take more, requests wait for it rather than lose their lines.</summary>
    private const int MostWaiting = 1 << 20;

    /// <summary>How long the first line of a buffer waits for others, in milliseconds.</summary>
    private const int Gathering = 2;

    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);
    private readonly Stream _output;
    private readonly TimeProvider _time;
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly object _gate = new();
    private readonly Thread _thread;
    private StringBuilder _waiting = new(4096);
    private StringBuilder _spare = new(4096);
    private (long Millisecond, string Text) _stamp;
    private bool _isClosed;
    private bool _isIdle;

    public LineLog(Stream output, TimeProvider time)
    {
        (_output, _time) = (output, time);
        _thread = new Thread(Write) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new Logger(this, name));

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join(TimeSpan.FromSeconds(5));
    }

    private void Add(LogLevel level, string category, int eventId, string message, Exception? exception)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            while (_waiting.Length > MostWaiting && !_isClosed)
                Monitor.Wait(_gate);
            if (_stamp.Millisecond != now.ToUnixTimeMilliseconds())
                _stamp = (now.ToUnixTimeMilliseconds(), now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", CultureInfo.InvariantCulture));
            _waiting.Append(_stamp.Text).Append(Word(level)).Append(": ").Append(category).Append('[').Append(eventId).Append("] ");
            AppendOneLine(message);
            if (exception is not null)
            {
                _waiting.Append(' ');
                AppendOneLine(exception.ToString());
            }

            _waiting.Append('\n');
            if (_isIdle)
                Monitor.PulseAll(_gate);
        }
    }

    private void AppendOneLine(string text)
    {
        if (text.AsSpan().IndexOfAny('\r', '\n') < 0)
            _waiting.Append(text);
        else
            _waiting.Append(text.Replace("\r\n", " ", StringComparison.Ordinal).Replace('\n', ' ').Replace('\r', ' '));
    }

    private void Write()
    {
        var bytes = new byte[16 * 1024];
        while (Take() is { } lines)
        {
            try
            {
                foreach (var chunk in lines.GetChunks())
                {
                    var most = Encoding.UTF8.GetMaxByteCount(chunk.Length + 1);
                    if (bytes.Length < most)
                        bytes = new byte[most];
                    _output.Write(bytes, 0, _encoder.GetBytes(chunk.Span, bytes, flush: false));
                }

                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the output any more; the requests are answered all the same.
            }

            lines.Clear();
        }
    }

    private StringBuilder? Take()
    {
        lock (_gate)
        {
            while (_waiting.Length == 0 && !_isClosed)
            {
                _isIdle = true;
                Monitor.Wait(_gate);
                _isIdle = false;
            }
        }

        Thread.Sleep(Gathering);
        lock (_gate)
        {
            if (_waiting.Length == 0)
                return null;
            var full = _waiting.Length > MostWaiting;
            (_waiting, _spare) = (_spare, _waiting);
            if (full)
                Monitor.PulseAll(_gate);
            return _spare;
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };

    private sealed class Logger(LineLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add(logLevel, category, eventId.Id, formatter(state, exception), exception);
    }
}
