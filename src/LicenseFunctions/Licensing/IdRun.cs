namespace LicenseFunctions.Licensing;

/// <summary>
/// Numbers from runs that are reserved ahead, for what is made too often to ask the one row of <see cref="Ids"/> each time:
/// unique, rising within an instance, with a gap where an instance ends.
/// </summary>
public sealed class IdRun(Ids ids, string kind, int length)
{
    private readonly Lock _gate = new();
    private long _next;
    private long _end;
    private Task? _reserving;

    public async Task<long> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task reserving;
            lock (_gate)
            {
                if (_next < _end)
                    return _next++;
                // On a thread of its own, so that it cannot be over before it is remembered.
                reserving = _reserving ??= Task.Run(ReserveAsync, CancellationToken.None);
            }

            await reserving.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    private async Task ReserveAsync()
    {
        try
        {
            var first = await ids.ReserveAsync(kind, length, CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
                (_next, _end) = (first, first + length);
        }
        finally
        {
            lock (_gate)
                _reserving = null;
        }
    }
}
