using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The call that creates many tasks.</summary>
internal static class BatchEndpoints
{
    private const int UncountedTasks = 32;

    private static readonly OfferedMedia _offered = new(MediaTypeNames.Application.Json, MediaTypes.NdJson);

    /// <summary>Maps the call onto the group of all task routes.</summary>
    public static void MapBatch(this RouteGroupBuilder tasks)
    {
        tasks.MapPost("/batch", CreateManyAsync).WithDoc(BatchDocs.CreateMany).WithIdempotency().WithMetadata(_offered, BodyLimit.Batch)
            .WithMetadata(new AcceptedBody(typeof(BoundedList<CreateTaskRequest>), MediaTypeNames.Application.Json, MediaTypes.NdJson))
            .WithProblems(RequestTimeout, ContentTooLarge, UnsupportedMediaType, TaskProblemTypes.TaskNotFound, TaskProblemTypes.TaskExists, CapacityReached, ShuttingDown);
        tasks.MapNoOther("/batch", HttpMethods.Post);
    }

    private static async Task<Results<BatchAnswer, BatchStream, ProblemResult>> CreateManyAsync(
        HttpContext context, ITaskCommands commands, CreationContextFactory contexts, IdempotentCreation creation, TaskWaiter waiter, IOptions<TaskOptions> options, CancellationToken cancellationToken)
    {
        if (AcceptedBody.Refusal(context) is { } refusal)
            return refusal;
        var errors = new FieldErrors();
        // The body alone decides about the form of the answer: clients that are generated accept one of the two, whatever they send.
        if (MediaTypes.Is(context.Request.ContentType, MediaTypes.NdJson))
        {
            if (context.Request.Headers.ContainsKey(IdempotencyKeyHeader.Name))
                errors.Add(IdempotencyKeyHeader.Name, "can't be given with a stream of tasks.");
            return errors.IsEmpty ? new BatchStream(commands, contexts, waiter) : errors.ToProblem();
        }

        var body = await JsonBody<BoundedList<CreateTaskRequest?>>.ReadAsync(context);
        if (!body.TryGet(out var requests, out var problem))
            return problem;
        if (requests.Count == 0)
            errors.Add(FieldErrors.Body, "must have at least one element.");
        var tasks = TaskChoice.Validate(requests, "", options.Value.MaxBatch, contexts.Of(context) with { NamesPlaces = true }, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();

        if (tasks.Count > UncountedTasks && CallMemoryLease.Of(context).TryAdd((long)BatchAnswer.BytesPerTask * tasks.Count) is { } full)
            return full;

        var created = await creation.CreateManyAsync(context, tasks, cancellationToken);
        return created.Status == AnswerStatus.Ok
            ? new BatchAnswer(created.Tasks)
            : created.ToProblem();
    }
}
