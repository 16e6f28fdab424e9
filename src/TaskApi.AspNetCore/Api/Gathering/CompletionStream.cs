using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The answer that tells of tasks as they finish.</summary>
/// <param name="tasks">The tasks; the wait for them is ended with the answer.</param>
/// <param name="waiter">Ends the answer when time is up, the client hangs up, or the service stops.</param>
/// <param name="time">How long it may take.</param>
/// <param name="mediaType"><see cref="MediaTypes.NdJson"/> or <see cref="MediaTypes.EventStream"/>.</param>
internal sealed class CompletionStream(WaitedTasks tasks, TaskWaiter waiter, TimeSpan time, string mediaType) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    private static readonly byte[][] _names = ServerSentEvents.Names<TaskState>();

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TaskResponse), [MediaTypes.NdJson, MediaTypes.EventStream]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var _ = tasks;
        using var json = new JsonStreamWriter(httpContext.RequestServices.GetRequiredService<IOptions<ApiJsonOptions>>());
        var isOpen = new TaskCompletionSource();
        var sending = SendAsync(httpContext, json, isOpen.Task);
        // The time runs before the client learns that the stream is open, so that it isn't longer than was asked for.
        var waiting = waiter.WaitAsync(sending, time, httpContext.RequestAborted);
        var end = WaitEnd.Finished;
        try
        {
            await StreamedResponse.StartAsync(httpContext, mediaType, httpContext.RequestAborted);
            isOpen.SetResult();
            end = await waiting;
        }
        finally
        {
            // Does nothing but where the stream couldn't be opened.
            isOpen.TrySetCanceled(httpContext.RequestAborted);
            // Nothing more comes in; what has is still sent, if it is read soon.
            tasks.Dispose();
            await FinishAsync(httpContext, sending);
        }

        if (end == WaitEnd.TimedOut)
            await SendLateAsync(httpContext, json);
    }

    private static async Task FinishAsync(HttpContext context, Task sending)
    {
        if (sending.IsCompleted)
        {
            await sending;
            return;
        }

        var services = context.RequestServices;
        var time = services.GetRequiredService<IOptions<LimitOptions>>().Value.AnswerTimeout;
        // Ours, and disposed here: it cuts the connection.
        await using var late = services.GetRequiredService<TimeProvider>().CreateTimer(static context => ((HttpContext)context!).Abort(), context, time, Timeout.InfiniteTimeSpan);
        await sending;
    }

    private async Task SendAsync(HttpContext context, JsonStreamWriter json, Task isOpen)
    {
        await isOpen;
        do
        {
            while (tasks.Finished.TryRead(out var finished))
            {
                // What is written to a connection that has been cut counts as nothing, so that no sending would tell.
                context.RequestAborted.ThrowIfCancellationRequested();
                var task = finished.Task ?? await tasks.Tasks.FindAsync(finished.Index, context.RequestAborted);
                tasks.Note(finished with { Task = null });
                Write(context, task.OrCut(context), json);
                if (context.Response.BodyWriter.UnflushedBytes >= SendingExtensions.ChunkBytes)
                    await context.SendAsync(context.RequestAborted);
            }

            if (context.Response.BodyWriter.UnflushedBytes > 0)
                await context.SendAsync(context.RequestAborted);
        }
        while (await tasks.Finished.WaitToReadAsync(CancellationToken.None));
    }

    // What finished in time, but so late that this call had not been told.
    private async Task SendLateAsync(HttpContext context, JsonStreamWriter json)
    {
        IReadOnlyList<int> late;
        try
        {
            late = await tasks.LookUpLateAsync();
        }
        catch (StorageUnavailableException)
        {
            // Nobody knows of any now: out of time, the stream just ends.
            return;
        }

        await foreach (var (_, task) in tasks.Tasks.ReadAsync(late, context.RequestAborted))
        {
            Write(context, task.OrCut(context), json);
            if (context.Response.BodyWriter.UnflushedBytes >= SendingExtensions.ChunkBytes)
                await context.SendAsync(context.RequestAborted);
        }

        await context.SendAsync(context.RequestAborted);
    }

    private void Write(HttpContext context, TaskSnapshot task, JsonStreamWriter json)
    {
        var target = context.Response.BodyWriter;
        var typeInfo = json.TypeInfo<TaskResponse>();
        if (mediaType == MediaTypes.NdJson)
            json.WriteLine(target, task.ToResponse(), typeInfo);
        else
            ServerSentEvents.Write(target, id: null, _names[(int)task.State], task.ToResponse(), typeInfo, json);
    }
}
