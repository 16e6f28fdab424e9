using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.AspNetCore.Api.Contracts;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>What a gather has collected, in the order of the request: <see cref="GatherResponse"/>, sent in chunks.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="isDone">False if the time ran out: then there are no results.</param>
internal sealed class GatherAnswer(WaitedTasks tasks, bool isDone) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    private int Status => isDone ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        foreach (var status in (ReadOnlySpan<int>)[StatusCodes.Status200OK, StatusCodes.Status202Accepted])
            builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(GatherResponse), [MediaTypeNames.Application.Json]));
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var json = new JsonChunks(httpContext, Status);
        var ended = httpContext.RequestAborted;
        json.Writer.WriteStartObject();
        json.Writer.WriteBoolean("done"u8, isDone);
        if (isDone)
        {
            json.Writer.WriteStartArray("results"u8);
            await foreach (var (_, task) in tasks.Tasks.ReadAsync(tasks.Order, ended))
            {
                json.Writer.WriteResultValue(task.OrCut(httpContext));
                await json.PauseAsync();
            }

            json.Writer.WriteEndArray();
        }
        else
        {
            json.Writer.WriteNull("results"u8);
        }

        json.Writer.WriteStartArray("tasks"u8);
        await foreach (var (_, task) in tasks.Tasks.ReadAsync(tasks.Order, ended))
        {
            json.Write(task.OrCut(httpContext));
            await json.PauseAsync();
        }

        json.Writer.WriteEndArray();
        json.Writer.WriteEndObject();
        await json.EndAsync();
    }
}
