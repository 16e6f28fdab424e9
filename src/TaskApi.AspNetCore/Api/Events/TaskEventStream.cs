using System.Buffers;
using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Events;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Events;

/// <summary>
/// The answer that tells of what happens to tasks, until the client hangs up or the service stops. Each reader goes through the
/// shared log at its own pace: one that doesn't read waits for its own full buffer, and finds a gap if it waits too long.
/// </summary>
/// <param name="feed">Has the events.</param>
/// <param name="filter">Which of them.</param>
/// <param name="after">The last that the client has seen; null to begin with the next one.</param>
/// <param name="stopping">The service stops.</param>
internal sealed class TaskEventStream(ITaskFeed feed, EventFilter filter, long? after, CancellationToken stopping) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    private const int MaxUnsent = 32 << 10;

    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _pausePerReader = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(250);

    private readonly TaskEventLog _log = feed.Events;

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TaskResponse), [MediaTypes.EventStream]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // Opened before the head is sent: a client that has the head misses nothing.
        using var reader = await feed.ReadEventsAsync(after, httpContext.RequestAborted);
        // Ours, and disposed here: it joins the hang-up with the shutdown.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        using var json = new JsonStreamWriter(httpContext.RequestServices.GetRequiredService<IOptions<ApiJsonOptions>>());
        await StreamedResponse.StartAsync(httpContext, MediaTypes.EventStream, httpContext.RequestAborted);
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        try
        {
            await SendAsync(reader, new EventFormat(_log, json), httpContext, ended.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The stream ends, as it does when nothing was to be sent.
        }
    }

    private async Task SendAsync(TaskEventReader reader, EventFormat format, HttpContext context, CancellationToken ended)
    {
        var target = context.Response.BodyWriter;
        // Not before a gap that is still to be told: a client that is cut off in between would not hear of it.
        ServerSentEvents.WriteBegin(target, reader.Seen);
        await context.SendAsync(ended);
        var beaten = _log.TimeProvider.GetTimestamp();
        while (!ended.IsCancellationRequested)
        {
            var unsent = WriteNew(reader, format, target, out var hasRead);
            var sinceBeat = _log.TimeProvider.GetElapsedTime(beaten);
            if (sinceBeat >= _heartbeat)
            {
                target.Write(ServerSentEvents.Heartbeat);
                unsent += ServerSentEvents.Heartbeat.Length;
                (beaten, sinceBeat) = (_log.TimeProvider.GetTimestamp(), TimeSpan.Zero);
            }

            if (unsent > 0)
                await context.SendAsync(ended);
            if (!hasRead)
                await reader.WaitAsync(_heartbeat - sinceBeat, ended);
            else if (unsent < MaxUnsent)
                await PauseAsync(ended);
        }
    }

    // Answers how many bytes it has written: 0 if nothing that was to be read is wanted.
    private int WriteNew(TaskEventReader reader, EventFormat format, PipeWriter target, out bool hasRead)
    {
        var unsent = 0;
        hasRead = false;
        while (unsent < MaxUnsent && reader.TryRead(out var read))
        {
            hasRead = true;
            if (read.Event is not { } happened)
                unsent += format.WriteGap(target, read.GapFrom, read.GapTo);
            else if (filter.Matches(happened.Task))
                unsent += format.Write(target, happened);
        }

        return unsent;
    }

    // To wake up and to send cost far more than to copy, so the more readers there are, the more events share them.
    private Task PauseAsync(CancellationToken ended)
    {
        var pause = _log.Readers * _pausePerReader;
        if (pause < _shortestPause)
            return Task.CompletedTask;
        return Task.Delay(pause < _longestPause ? pause : _longestPause, _log.TimeProvider, ended);
    }
}
