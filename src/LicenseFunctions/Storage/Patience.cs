namespace LicenseFunctions.Storage;

/// <summary>The waits of one operation that is tried again while the store is unavailable.</summary>
/// <param name="time">Tells how long it has been.</param>
/// <param name="tell">Told of each wait: what is the matter, and how long it has been.</param>
internal sealed class Patience(TimeProvider time, Action<StorageUnavailableException, TimeSpan> tell)
{
    private long? _since;
    private int _waits;

    /// <summary>Call when the store has answered: what comes next is new trouble.</summary>
    public void Answered() => (_since, _waits) = (null, 0);

    /// <summary>Waits before the next try; throws the fault when it has lasted too long.</summary>
    public async Task WaitAsync(StorageUnavailableException fault, CancellationToken cancel)
    {
        _since ??= time.GetTimestamp();
        var waited = time.GetElapsedTime(_since.Value);
        if (waited > PatientStore.Longest)
            throw new StorageUnavailableException($"{fault.Message.TrimEnd('.')}, for {PatientStore.Longest.TotalMinutes} minutes.", fault) { RetryAfter = fault.RetryAfter };
        tell(fault, waited);
        var pause = Math.Max(fault.RetryAfter.TotalSeconds, Math.Min(30, 0.5 * (1 << Math.Min(_waits++, 6))));
        await Task.Delay(TimeSpan.FromSeconds(pause * (0.75 + (Random.Shared.NextDouble() / 2))), time, cancel).ConfigureAwait(false);
    }
}
