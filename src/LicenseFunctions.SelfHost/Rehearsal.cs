using System.Text;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Signing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.SelfHost;

/// <summary>
/// Goes the way of a first request while nobody waits for it, so that its code is loaded and compiled: the fields, a license
/// key that nobody can have, an answer. Nothing is written or logged, and the answer goes nowhere.
/// </summary>
internal static class Rehearsal
{
    public static async Task RunAsync(IServiceProvider services)
    {
        var (options, time) = (services.GetRequiredService<LicensingOptions>(), services.GetRequiredService<TimeProvider>());
        if (options is not { StorageProvider: StorageProvider.Embedded, SigningProvider: SigningProvider.LocalKeys })
            return; // There it would be paid for.
        try
        {
            var context = new DefaultHttpContext { RequestServices = services };
            context.Request.Method = HttpMethods.Post;
            context.Request.ContentType = "application/x-www-form-urlencoded";
            context.Request.Body = new MemoryStream(Encoding.ASCII.GetBytes("license_key=a&identifier=b"));
            context.Request.ContentLength = context.Request.Body.Length;
            context.Response.Body = Stream.Null;
            await RequestFieldsReader.ReadAsync(context.Request, RequestFieldsReader.MostBytes, CancellationToken.None).ConfigureAwait(false);
            await services.GetRequiredService<ApiKeys>().CheckAsync(LicenseRows.Hash("\0"), Capability.Verify, null, CancellationToken.None).ConfigureAwait(false);
            var admits = services.GetRequiredService<AccessRules>().AdmitsAsync(null, null, CancellationToken.None);
            await services.GetRequiredService<Licenses>().VerifyAsync(new("\0", "b", new WindowRule("signed", 0), Admission.Under(admits))).ConfigureAwait(false);
            var answer = await SignedEnvelope.SealAsync(
                new(ResultCodes.InvalidLicenseKey), services.GetRequiredService<SigningKeys>(), options.SignedPayload, null, time.GetUtcNow(), CancellationToken.None)
                .ConfigureAwait(false);
            await answer.ExecuteAsync(context).ConfigureAwait(false);
            _ = services.GetRequiredService<SignedApiGate>();
        }
#pragma warning disable CA1031 // Whatever is wrong, a request will be told.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
