using System.Threading.Channels;

namespace LicenseFunctions.Licensing.Events;

/// <summary>Wakes whoever delivers in this process, so that nobody has to wait for the timer.</summary>
public sealed class EventSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _channel.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancel) => await _channel.Reader.ReadAsync(cancel).ConfigureAwait(false);
}
