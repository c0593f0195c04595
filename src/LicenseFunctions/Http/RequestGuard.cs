using LicenseFunctions.Limits;
using LicenseFunctions.Observability;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Http;

/// <summary>The one place where what goes wrong below an API becomes an answer, so that the APIs know no storage.</summary>
public static class RequestGuard
{
    /// <summary>Does a piece of work that is due again by itself; what keeps it from being done now is logged.</summary>
    public static async Task TryAsync(string name, ILogger logger, Func<Task> workAsync)
    {
        try
        {
            await workAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StorageUnavailableException or SigningUnavailableException)
        {
            Log.Unavailable(logger, name, e.Message);
        }
    }

    /// <summary>Answers, or says why not in a <see cref="ProblemAnswer"/>.</summary>
    /// <param name="meters">Counts the answer, when somebody listens.</param>
    /// <param name="api">Which API.</param>
    /// <param name="endpoint">Which endpoint of it.</param>
    /// <param name="logger">Told of what goes wrong.</param>
    /// <param name="answerAsync">Makes the answer.</param>
    /// <param name="cancel">Cancels the request.</param>
    public static Task<IResult> RunAsync(
        Meters meters, string api, string endpoint, ILogger logger, Func<Task<IResult>> answerAsync, CancellationToken cancel) =>
        meters.WatchesRequests
            ? MeasureAsync(meters, api, endpoint, logger, answerAsync, cancel)
            : AnswerAsync(endpoint, logger, answerAsync, cancel);

    private static async Task<IResult> MeasureAsync(
        Meters meters, string api, string endpoint, ILogger logger, Func<Task<IResult>> answerAsync, CancellationToken cancel)
    {
        var measured = MeteredRequest.Begin(meters, api, endpoint);
        var result = await AnswerAsync(endpoint, logger, answerAsync, cancel).ConfigureAwait(false);
        var coded = result as ICodedResult;
        measured.End(coded?.Code ?? "other", coded?.LimitedBy ?? LimitKind.None);
        return result;
    }

    private static async Task<IResult> AnswerAsync(string endpoint, ILogger logger, Func<Task<IResult>> answerAsync, CancellationToken cancel)
    {
        try
        {
            return await answerAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ProblemAnswer.Unavailable("The request was given up.", TimeSpan.FromSeconds(1));
        }
        catch (StorageUnavailableException e)
        {
            Log.Unavailable(logger, endpoint, e.Message);
            return ProblemAnswer.Unavailable("The store is busy.", e.RetryAfter);
        }
        catch (SigningUnavailableException e)
        {
            Log.Unavailable(logger, endpoint, e.Message);
            return ProblemAnswer.Unavailable("Answers cannot be signed at the moment.", e.RetryAfter);
        }
#pragma warning disable CA1031 // A defect of ours: logged whole, answered without a trace of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(logger, e, endpoint);
            return new ProblemAnswer(StatusCodes.Status500InternalServerError, "The request could not be answered", "An error of the server; it is in its log.");
        }
    }
}
