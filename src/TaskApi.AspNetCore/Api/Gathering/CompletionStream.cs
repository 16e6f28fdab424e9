using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The answer that tells of tasks as they finish.</summary>
/// <param name="tasks">The tasks; the wait for them is ended with the answer.</param>
/// <param name="waiter">Ends the answer when time is up, the client hangs up, or the service stops.</param>
/// <param name="time">How long it may take.</param>
/// <param name="mediaType"><see cref="MediaTypes.NdJson"/> or <see cref="MediaTypes.EventStream"/>.</param>
internal sealed class CompletionStream(WaitedTasks tasks, TaskWaiter waiter, TimeSpan time, string mediaType) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    // What is sent at once, at the most, when many finish together.
    private const int Portion = 64;

    private static readonly byte[][] _names = ServerSentEvents.Names<TaskState>();

    private readonly HashSet<Guid> _sent = [];

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TaskResponse), [MediaTypes.NdJson, MediaTypes.EventStream]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var _ = tasks;
        using var json = new JsonStreamWriter(httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>());
        await StreamedResponse.StartAsync(httpContext, mediaType, httpContext.RequestAborted);
        var sending = SendAsync(httpContext.Response.BodyWriter, json, httpContext.RequestAborted);
        var end = WaitEnd.Finished;
        try
        {
            end = await waiter.WaitAsync(sending, time, httpContext.RequestAborted);
        }
        finally
        {
            // Nothing more comes in; what has is still sent.
            tasks.Dispose();
            await sending;
        }

        if (end == WaitEnd.TimedOut)
            await SendLateAsync(httpContext.Response.BodyWriter, json, httpContext.RequestAborted);
    }

    private async Task SendAsync(PipeWriter target, JsonStreamWriter json, CancellationToken hangUp)
    {
        do
        {
            var unsent = 0;
            while (tasks.Finished.TryRead(out var finished))
            {
                _sent.Add(finished.Task.Id);
                Write(target, finished.Task, json);
                if (++unsent % Portion == 0)
                    await target.FlushAsync(hangUp);
            }

            if (unsent % Portion > 0)
                await target.FlushAsync(hangUp);
        }
        while (await tasks.Finished.WaitToReadAsync(CancellationToken.None));
    }

    // What finished in time, but so late that this call had not been told.
    private async Task SendLateAsync(PipeWriter target, JsonStreamWriter json, CancellationToken hangUp)
    {
        TaskSnapshot[] all;
        try
        {
            (all, _) = await tasks.LookAsync(waiter, cancel: false);
        }
        catch (StorageUnavailableException)
        {
            // Nobody knows of any now: out of time, the stream just ends.
            return;
        }

        var late = Array.FindAll(all, task => task.IsDone && !_sent.Contains(task.Id));
        Array.Sort(late, static (a, b) => Nullable.Compare(a.FinishedAt, b.FinishedAt));
        foreach (var task in late)
            Write(target, task, json);
        await target.FlushAsync(hangUp);
    }

    private void Write(PipeWriter target, TaskSnapshot task, JsonStreamWriter json)
    {
        var typeInfo = json.TypeInfo<TaskResponse>();
        if (mediaType == MediaTypes.NdJson)
            json.WriteLine(target, task.ToResponse(), typeInfo);
        else
            ServerSentEvents.Write(target, id: null, _names[(int)task.State], task.ToResponse(), typeInfo, json);
    }
}
