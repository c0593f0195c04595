using LicenseFunctions.Http;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions;

/// <summary>
/// What takes its time at a start and needs nothing but the settings, begun beside the building of the host: together with
/// it this is most of the time until the first answer. What goes wrong here is thrown where the part is first asked for.
/// </summary>
public sealed class StartedAhead
{
    private readonly Task<FunctionCatalog> _functions;
    private readonly Task<ITableStore> _store;
    private readonly Task<ISigner> _signer;

    private StartedAhead(LicensingOptions options)
    {
        // In the order of their length; the keys bring the cryptography library with them.
        _signer = Task.Run(() => SignerAsync(options));
        _store = Task.Run(() => LicensingServices.Store(options));
        _functions = Task.Run(() => new FunctionCatalog());
    }

    /// <summary>Opens the store and reads the keys that there are; makes none.</summary>
    public static StartedAhead Begin(LicensingOptions options) => new(options);

    /// <summary>To be called before <see cref="LicensingServices.AddLicensing(IServiceCollection, LicensingOptions, StartedAhead?)"/> adds its own.</summary>
    internal void AddTo(IServiceCollection services) =>
        services.AddSingleton(_ => _functions.GetAwaiter().GetResult()).AddSingleton(_ => _signer.GetAwaiter().GetResult());

    internal ITableStore Store => _store.GetAwaiter().GetResult();

    private static async Task<ISigner> SignerAsync(LicensingOptions options)
    {
        var signer = LicensingServices.Signer(options, TimeProvider.System);
        try
        {
            if (options.SigningProvider == SigningProvider.LocalKeys)
                await signer.ListAsync(SigningKeys.Global, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SigningUnavailableException)
        {
            // The start asks again, and says then what is wrong.
        }

        return signer;
    }
}
