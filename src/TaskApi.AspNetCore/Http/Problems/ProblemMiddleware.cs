using Microsoft.AspNetCore.Connections;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>
/// Turns what no handler answered into problem details: the bare status codes of the server and the routing, requests that
/// broke off or were too large, and unhandled faults. It costs the happy path one comparison.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, IEnumerable<KnownFault> faults, ILogger<ProblemMiddleware> logger)
{
    private readonly KnownFault[] _faults = [.. faults];

    /// <summary>Calls the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (IsHangUp(context, exception))
        {
            MarkAborted(context);
            return;
        }
        catch (Exception exception) when (!IsUnderWay(context.Response) && BodyFaults.StatusOf(exception) is not null)
        {
            context.Response.Clear();
            context.Response.StatusCode = BodyFaults.StatusOf(exception)!.Value;
            context.CloseConnection();
        }
        catch (Exception exception) when (Known(exception) is not null)
        {
            if (IsUnderWay(context.Response))
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            await Known(exception)!.Answer(exception).ExecuteAsync(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            Log.Unhandled(logger, context.Request.Method, context.Request.Path, exception);
            if (IsUnderWay(context.Response))
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && IsBare(context.Response))
        {
            var (type, detail) = ProblemTypes.ForStatus(context.Response.StatusCode);
            await new ProblemResult(type, detail).ExecuteAsync(context);
        }
    }

    private KnownFault? Known(Exception exception) => Array.Find(_faults, fault => fault.Exception.IsInstanceOfType(exception));

    // A read may learn of a reset connection a moment before the token does.
    private static bool IsHangUp(HttpContext context, Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    // 499: nobody reads it, but the request log should not call a hang-up a success.
    private static void MarkAborted(HttpContext context)
    {
        if (!context.Response.HasStarted)
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
    }

    // What has been written of an answer can't be taken back, sent or not: a problem would follow it in the same body.
    private static bool IsUnderWay(HttpResponse response) =>
        response.HasStarted || (response.BodyWriter is { CanGetUnflushedBytes: true } writer && writer.UnflushedBytes > 0);

    private static bool IsBare(HttpResponse response) =>
        !response.HasStarted && response.ContentLength is null or 0 && string.IsNullOrEmpty(response.ContentType);

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Error, "Unhandled fault in {Method} {Path}")]
        public static partial void Unhandled(ILogger logger, string method, PathString path, Exception exception);
    }
}
