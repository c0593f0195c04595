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
    /// <param name="response">Where <c>Server-Timing</c> goes, when it is wanted.</param>
    /// <param name="meters">Counts the answer, when somebody listens.</param>
    /// <param name="api">Which API.</param>
    /// <param name="endpoint">Which endpoint of it.</param>
    /// <param name="logger">Told of what goes wrong.</param>
    /// <param name="answerAsync">Makes the answer.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <param name="show">Makes of the problem document what the API answers.</param>
    public static Task<IResult> RunAsync(
        HttpResponse response, Meters meters, string api, string endpoint, ILogger logger, Func<Task<IResult>> answerAsync, CancellationToken cancel,
        Func<ProblemAnswer, IResult>? show = null) =>
        meters.WatchesRequests
            ? MeasureAsync(response, meters, api, endpoint, logger, answerAsync, show, cancel)
            : AnswerAsync(endpoint, logger, answerAsync, show, cancel);

    private static async Task<IResult> MeasureAsync(
        HttpResponse response, Meters meters, string api, string endpoint, ILogger logger, Func<Task<IResult>> answerAsync,
        Func<ProblemAnswer, IResult>? show, CancellationToken cancel)
    {
        var measured = MeteredRequest.Begin(meters, api, endpoint);
        var result = await AnswerAsync(endpoint, logger, answerAsync, show, cancel).ConfigureAwait(false);
        var coded = result as ICodedResult;
        measured.End(coded?.Code ?? "other", coded?.LimitedBy ?? LimitKind.None);
        if (measured.Timing(coded?.IsSigned == true) is { } timing)
            response.Headers["Server-Timing"] = timing;
        return result;
    }

    private static async Task<IResult> AnswerAsync(
        string endpoint, ILogger logger, Func<Task<IResult>> answerAsync, Func<ProblemAnswer, IResult>? show, CancellationToken cancel)
    {
        ProblemAnswer problem;
        try
        {
            return await answerAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Everything becomes an answer, a defect of ours too.
        catch (Exception e)
#pragma warning restore CA1031
        {
            problem = Explain(e, endpoint, logger, cancel);
        }

        return show is null ? problem : show(problem);
    }

    private static ProblemAnswer Explain(Exception exception, string endpoint, ILogger logger, CancellationToken cancel)
    {
        switch (exception)
        {
            case OperationCanceledException when cancel.IsCancellationRequested:
                return ProblemAnswer.Unavailable("The request was given up.", TimeSpan.FromSeconds(1));
            case StorageUnavailableException store:
                Log.Unavailable(logger, endpoint, store.Message);
                return ProblemAnswer.Unavailable("The store is busy.", store.RetryAfter);
            case SigningUnavailableException signing:
                Log.Unavailable(logger, endpoint, signing.Message);
                return ProblemAnswer.Unavailable("Answers cannot be signed at the moment.", signing.RetryAfter);
            default:
                // A defect of ours: logged whole, answered without a trace of it.
                Log.Failed(logger, exception, endpoint);
                return new ProblemAnswer(StatusCodes.Status500InternalServerError, "The request could not be answered", "An error of the server; it is in its log.");
        }
    }
}
