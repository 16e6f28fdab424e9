using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>Where the tasks of a wait stand, each once: <see cref="WaitResponse"/>, sent in chunks.</summary>
internal sealed class WaitAnswer(ResponseTasks tasks) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(WaitResponse), [MediaTypeNames.Application.Json]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var json = new JsonChunks(httpContext, StatusCodes.Status200OK);
        json.Writer.WriteStartObject();
        if (tasks.AreAllKept)
        {
            await WriteAsync(httpContext, json, isDone: true);
            await WriteAsync(httpContext, json, isDone: false);
        }
        else
        {
            // Those that are looked up again may be done by then, and go to the others: so they come first.
            await WriteAsync(httpContext, json, isDone: false);
            await WriteAsync(httpContext, json, isDone: true);
        }

        json.Writer.WriteEndObject();
        await json.EndAsync();
    }

    private async Task WriteAsync(HttpContext context, JsonChunks json, bool isDone)
    {
        var order = new List<int>();
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks.State(i).IsDone() == isDone)
                order.Add(i);
        }

        json.Writer.WriteStartArray(isDone ? "done"u8 : "pending"u8);
        await foreach (var (index, found) in tasks.ReadAsync(order, context.RequestAborted))
        {
            var task = found.OrCut(context);
            if (task.IsDone == isDone)
                json.Write(task);
            else
                tasks.Note(index, task.AwaitedState, task);
            await json.PauseAsync();
        }

        json.Writer.WriteEndArray();
    }
}
