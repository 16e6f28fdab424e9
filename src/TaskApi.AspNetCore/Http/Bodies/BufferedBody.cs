using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Bodies;

/// <summary>
/// A body that is wanted as a whole, or the problem to answer with. It stays in the reader, which its taker has to advance; what is refused
/// has been. Its memory counts as it comes, beyond the 16 KiB that every connection may have, and so does the time that it takes.
/// </summary>
/// <param name="Bytes">The body.</param>
/// <param name="Problem">Null if there is a body.</param>
internal readonly record struct BufferedBody(ReadOnlySequence<byte> Bytes, ProblemResult? Problem)
{
    private const int Uncounted = 16 << 10;

    // What is made of a body takes more than the body: text has two bytes a character.
    private const int Parsed = 2;

    /// <summary>Reads the body, up to the route's limit (<see cref="BodyLimit"/>).</summary>
    public static async ValueTask<BufferedBody> ReadAsync(HttpContext context)
    {
        var limit = BodyLimit.Of(context);
        if (context.Request.ContentLength > limit)
            return new(default, BodyLimit.Exceeded(limit));

        Deadline? deadline = null;
        try
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var read = await context.ReadBodyAsync();
                if (Refuse(context, read, limit, deadline) is { } problem)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return new(default, problem);
                }

                if (read.IsCompleted)
                    return new(read.Buffer, null);
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.Buffer.Length > Uncounted)
                    deadline ??= new Deadline(context, reader);
            }
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    private static ProblemResult? Refuse(HttpContext context, in ReadResult read, long limit, Deadline? deadline)
    {
        if (read.IsCanceled)
        {
            context.CloseConnection();
            return deadline is { HasPassed: true } ? new(ProblemTypes.RequestTimeout, "The body did not arrive in time.") : Stopping.Problem();
        }

        var length = read.Buffer.Length;
        if (length > limit)
            return BodyLimit.Exceeded(limit);
        return length > Uncounted ? CallMemoryLease.Of(context).TrySet(read.IsCompleted ? Parsed * length : length) : null;
    }

    /// <summary>Gives up a body that takes too long.</summary>
    private sealed class Deadline : IDisposable
    {
        private readonly PipeReader _reader;
        private readonly ITimer _timer;

        public Deadline(HttpContext context, PipeReader reader)
        {
            _reader = reader;
            var services = context.RequestServices;
            var time = services.GetRequiredService<IOptions<LimitOptions>>().Value.BodyTimeout;
            _timer = services.GetRequiredService<TimeProvider>().CreateTimer(static deadline => ((Deadline)deadline!).Pass(), this, time, Timeout.InfiniteTimeSpan);
        }

        public bool HasPassed { get; private set; }

        public void Dispose() => _timer.Dispose();

        private void Pass()
        {
            HasPassed = true;
            _reader.CancelPendingRead();
        }
    }
}
