using System.IO.Pipelines;

namespace TaskApi.AspNetCore.Http.Bodies;

/// <summary>The reading of a body that is wanted as a whole.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Reads on. When the service stops, the read is given up (<see cref="ReadResult.IsCanceled"/>) unless what it waits for is there
    /// already: who has not sent the body by then is told so, and doesn't hold up the stop.
    /// </summary>
    public static ValueTask<ReadResult> ReadBodyAsync(this HttpContext context)
    {
        var reading = context.Request.BodyReader.ReadAsync(context.RequestAborted);
        return reading.IsCompleted ? reading : AwaitAsync(context, reading);
    }

    private static async ValueTask<ReadResult> AwaitAsync(HttpContext context, ValueTask<ReadResult> reading)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var registration = stopping.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), context.Request.BodyReader);
        return await reading;
    }
}
