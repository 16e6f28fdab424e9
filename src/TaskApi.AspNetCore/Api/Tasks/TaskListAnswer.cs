using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>A page of tasks: <see cref="TaskListResponse"/>, sent in chunks. What no longer matches, or is forgotten, when the answer comes to it is left out.</summary>
internal sealed class TaskListAnswer : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    // What is asked for at once: few at first, then as many as make so many bytes.
    private const int FewAtOnce = 100;
    private const int BytesAtOnce = 512 << 10;

    private readonly TaskQuery _query;
    private readonly ResponseTasks? _tasks;
    private readonly string? _cursor;

    private TaskListAnswer(TaskQuery query, ResponseTasks? tasks, string? cursor) => (_query, _tasks, _cursor) = (query, tasks, cursor);

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TaskListResponse), [MediaTypeNames.Application.Json]));

    /// <summary>Finds the tasks of the page, and says in the head where the next one begins.</summary>
    public static async ValueTask<Results<TaskListAnswer, ProblemResult>> FindAsync(HttpContext context, ITaskQueries queries, TaskQuery query, CancellationToken cancellationToken)
    {
        var owner = context.Owner();
        var tasks = new ResponseTasks(queries, owner, ResponseTasks.RoomOf(context, query.Limit));
        var (after, atOnce) = (query.After, query.ByDue ? query.Limit : FewAtOnce);
        while (true)
        {
            var limit = Math.Min(atOnce, query.Limit - tasks.Count);
            var page = await queries.ListAsync(owner, query with { After = after, Limit = limit }, cancellationToken);
            if (page.IsTooMany)
                return ListQuery.TooMany(query);
            var weight = 1L;
            foreach (var task in page.Tasks)
            {
                tasks.Add(task, keep: true);
                weight += task.Weight;
            }

            after = page.Next;
            if (after is null || page.Tasks.Count < limit || tasks.Count == query.Limit)
                break;
            atOnce = (int)Math.Clamp(BytesAtOnce * (long)limit / weight, 16, query.Limit);
        }

        var cursor = after is { } next ? IdText.ToCursor(next, query.ByDue) : null;
        if (cursor is not null)
            context.Response.Headers.Link = ListQuery.NextLink(context.Request, cursor);
        return new TaskListAnswer(query, tasks, cursor);
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var json = new JsonChunks(httpContext, StatusCodes.Status200OK);
        json.Writer.WriteStartObject();
        json.Writer.WriteStartArray("tasks"u8);
        if (_tasks is not null)
            await WriteAsync(httpContext, json, _tasks);
        json.Writer.WriteEndArray();
        json.Writer.WriteString("nextCursor"u8, _cursor);
        json.Writer.WriteEndObject();
        await json.EndAsync();
    }

    private async ValueTask WriteAsync(HttpContext context, JsonChunks json, ResponseTasks tasks)
    {
        await foreach (var (_, task) in tasks.ReadAsync(order: null, context.RequestAborted))
        {
            if (task is null || (_query.State is { } state && task.State != state))
                continue;
            json.WriteListed(task);
            await json.PauseAsync();
        }
    }
}
