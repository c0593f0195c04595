namespace LicenseFunctions.SelfHost;

/// <summary>
/// What has to be done before the first request is answered and the first timer runs. The server begins to listen
/// meanwhile: most of that is loading code, for which there is another processor.
/// </summary>
public sealed class Opening
{
    /// <summary>Done at once where the host was opened before it was started.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>To be called before the host is started.</summary>
    public Task Begin(Func<Task> open) => Done = Task.Run(open);
}
