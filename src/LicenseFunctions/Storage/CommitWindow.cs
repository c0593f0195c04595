namespace LicenseFunctions.Storage;

/// <summary>
/// How many commits may be under way at once against a store that throttles: half as many after a round in which it could
/// not answer, one more after each round in which it could.
/// </summary>
internal sealed class CommitWindow
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<long>> _waiting = new();
    private readonly int _most;
    private int _size;
    private int _under;
    private int _answered;
    private long _round;

    /// <param name="most">How many there are never more than; so many it begins with.</param>
    public CommitWindow(int most) => _size = _most = most;

    /// <summary>Waits for a place; answers the round that it was given in.</summary>
    public Task<long> EnterAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_under < _size)
            {
                _under++;
                return Task.FromResult(_round);
            }

            var place = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(place);
            cancel.UnsafeRegister(static (place, token) => ((TaskCompletionSource<long>)place!).TrySetCanceled(token), place);
            return place.Task;
        }
    }

    /// <summary>Gives the place back.</summary>
    /// <param name="round">What <see cref="EnterAsync"/> answered: what fails together counts once.</param>
    /// <param name="answered">False when the store was unavailable.</param>
    public void Leave(long round, bool answered)
    {
        lock (_gate)
        {
            _under--;
            if (answered)
                Grow();
            else if (round == _round)
                (_size, _answered, _round) = (Math.Max(1, _size / 2), 0, _round + 1);
            while (_under < _size && _waiting.TryDequeue(out var place))
            {
                if (place.TrySetResult(_round))
                    _under++;
            }
        }
    }

    private void Grow()
    {
        if (_size == _most || ++_answered < _size)
            return;
        (_size, _answered) = (_size + 1, 0);
    }
}
