namespace LicenseFunctions.SelfHost;

/// <summary>
/// What has to be done before the first request is answered and the first timer runs. The server begins to listen
/// meanwhile: most of that is loading code, for which there is another processor.
/// </summary>
public sealed class Opening
{
    /// <summary>Done at once where the host was opened before it was started.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>As above, and what is loaded ahead of the first request has been: what can wait a little waits for this.</summary>
    public Task Rehearsed { get; private set; } = Task.CompletedTask;

    /// <summary>To be called before the host is started.</summary>
    /// <param name="open">What is waited for.</param>
    /// <param name="rehearse">What follows it and is not; it does not fail.</param>
    /// <returns>As <see cref="Done"/>.</returns>
    public Task Begin(Func<Task> open, Func<Task> rehearse)
    {
        Done = Task.Run(open);
        Rehearsed = RehearseAsync(rehearse);
        return Done;
    }

    private async Task RehearseAsync(Func<Task> rehearse)
    {
        await Done.ConfigureAwait(false);
        await rehearse().ConfigureAwait(false);
    }
}
