using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;

namespace TaskApi.AspNetCore.Http.Streaming;

/// <summary>Sends what has been written of an answer, at the pace at which it is read: for a while, and within the memory that there is for calls.</summary>
internal static class SendingExtensions
{
    /// <summary>How much of an answer is written at once, in bytes, before it is sent.</summary>
    public const int ChunkBytes = 32 << 10;

    // What an answer holds while nobody reads it: what waits to be sent, and the tasks that come next.
    private const int Unread = 128 << 10;

    /// <summary>
    /// Sends what has been written. When the reader doesn't take it in <see cref="LimitOptions.AnswerTimeout"/>, or callers hold so much
    /// that there is no room for this one, the connection is cut.
    /// </summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    /// <exception cref="ConnectionAbortedException">Cut.</exception>
    public static ValueTask SendAsync(this HttpContext context, CancellationToken cancellationToken) =>
        context.TakenAsync(context.Response.BodyWriter.FlushAsync(cancellationToken));

    /// <summary>Goes on when what has been written is taken, as <see cref="SendAsync(HttpContext, CancellationToken)"/> does.</summary>
    public static ValueTask TakenAsync(this HttpContext context, ValueTask<FlushResult> sending)
    {
        if (!sending.IsCompletedSuccessfully)
            return AwaitReaderAsync(context, sending.AsTask());
        ThrowIfDisconnected(sending.GetAwaiter().GetResult());
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends bytes that are there already, some at a time.</summary>
    public static async Task SendAsync(this HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var target = context.Response.BodyWriter;
        for (; bytes.Length > ChunkBytes; bytes = bytes[ChunkBytes..])
            await context.TakenAsync(target.WriteAsync(bytes[..ChunkBytes], cancellationToken));
        await context.TakenAsync(target.WriteAsync(bytes, cancellationToken));
    }

    private static async ValueTask AwaitReaderAsync(HttpContext context, Task<FlushResult> sending)
    {
        var services = context.RequestServices;
        var held = CallMemoryLease.Of(context);
        var isCounted = held.TryAdd(Unread) is null;
        // Those that were let in with what they hold may go on with it.
        if (isCounted || held.Bytes > 0)
        {
            var timeout = services.GetRequiredService<IOptions<LimitOptions>>().Value.AnswerTimeout;
            await ((Task)sending).WaitAsync(timeout, services.GetRequiredService<TimeProvider>(), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (isCounted)
                held.TryAdd(-Unread);
        }

        if (sending.IsCompleted)
        {
            ThrowIfDisconnected(await sending);
            return;
        }

        context.Abort();
        // It ends with the connection; nobody waits for it any more.
        _ = sending.ContinueWith(static sent => _ = sent.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new ConnectionAbortedException("The answer is not being read.");
    }

    // The server doesn't say so by itself, and whoever wrote on would do so for nobody.
    private static void ThrowIfDisconnected(FlushResult sent)
    {
        if (sent.IsCompleted)
            throw new ConnectionAbortedException("Nobody is there to read the answer.");
    }
}
