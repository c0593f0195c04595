namespace LicenseFunctions.Chaos.Workload;

/// <summary>Something that a client does again and again, keeping account of what it was answered.</summary>
internal interface IActor
{
    Task ActAsync();

    /// <summary>Compares the store with what was answered; nobody changes it any more.</summary>
    Task VerifyAsync(IServiceProvider services);
}
