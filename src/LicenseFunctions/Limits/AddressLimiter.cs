using System.Collections.Concurrent;

namespace LicenseFunctions.Limits;

/// <summary>
/// Counts, in memory and for each client address, requests that name no license and no API key that exist. It makes no
/// row, so guessing keys costs the vendor no storage; and it never counts a request that is in order.
/// </summary>
public sealed class AddressLimiter(TimeProvider time)
{
    private const int MostAddresses = 20_000;

    private readonly ConcurrentDictionary<(string Kind, string Address), Window> _windows = new();

    /// <summary>Counts one such request.</summary>
    public WindowVerdict Count(string kind, string address, int limit)
    {
        if (limit == 0)
            return WindowVerdict.Unlimited;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_windows.Count >= MostAddresses)
            Trim(now);
        var window = _windows.GetOrAdd((kind, address), _ => new Window());
        lock (window)
            return window.Count(now, limit);
    }

    private void Trim(long now)
    {
        foreach (var (key, window) in _windows)
        {
            if (now - window.Start >= 2 * RollingWindow.LengthMs)
                _windows.TryRemove(key, out _);
        }

        // All of them fresh: a flood from many addresses. Forgetting is better than growing.
        if (_windows.Count >= MostAddresses)
            _windows.Clear();
    }

    /// <summary>A window that slides in steps of a minute, weighing the last minute by what is left of it.</summary>
    private sealed class Window
    {
        private int _current;
        private int _last;

        public long Start { get; private set; }

        public WindowVerdict Count(long now, int limit)
        {
            // A clock that went back must not refuse until it is where it was.
            Start = Math.Min(Start, now);
            var passed = now - Start;
            if (passed >= RollingWindow.LengthMs)
            {
                _last = passed < 2 * RollingWindow.LengthMs ? _current : 0;
                _current = 0;
                Start = now - (passed % RollingWindow.LengthMs);
            }

            var left = RollingWindow.LengthMs - (now - Start);
            var used = _current + (int)Math.Ceiling((double)_last * left / RollingWindow.LengthMs);
            if (used >= limit)
                return new(false, limit, 0, FreeAt(limit));
            _current++;
            return new(true, limit, limit - used - 1, 0);
        }

        /// <summary>When enough of the last minute's weight, or of this one's once it is the last, is gone.</summary>
        private long FreeAt(int limit) => _current < limit
            ? Start + RollingWindow.LengthMs - (RollingWindow.LengthMs * (limit - _current - 1L) / Math.Max(1, _last))
            : Start + (2 * RollingWindow.LengthMs) - (RollingWindow.LengthMs * (limit - 1L) / _current);
    }
}
