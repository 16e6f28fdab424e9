using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Ports;
using static TaskApi.AspNetCore.Http.Problems.ProblemTypes;

namespace TaskApi.AspNetCore.Api.Queues;

/// <summary>The calls on queues.</summary>
internal static class QueueEndpoints
{
    /// <summary>Maps the calls onto the group of all queue routes.</summary>
    public static void MapQueues(this RouteGroupBuilder queues)
    {
        queues.MapMethods("", ReadMethods.All, ListAsync).WithDoc(QueueDocs.List);
        queues.MapMethods("/{name}", ReadMethods.All, GetAsync).WithDoc(QueueDocs.Get);
        queues.MapPut("/{name}", PutAsync).WithDoc(QueueDocs.Put).WithProblems(CapacityReached);
        queues.MapDelete("/{name}", DeleteAsync).WithDoc(QueueDocs.Delete).WithMetadata(OfferedMedia.None);
    }

    private static async Task<Results<OkJson<QueueListResponse>, ProblemResult>> ListAsync(HttpContext context, IQueues queues, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var limit = Paging.ReadLimit(context.Request, errors);
        var after = Paging.ReadName(context.Request, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        // One more says whether there is a next page.
        var found = await queues.ListAsync(context.Owner(), after, limit + 1, cancellationToken);
        return JsonResults.Ok(new QueueListResponse([.. found.Take(limit).Select(static queue => queue.ToResponse())], found.Count > limit ? found[limit - 1].Name : null));
    }

    private static async Task<Results<OkJson<QueueResponse>, ProblemResult>> GetAsync(string name, HttpContext context, IQueues queues, CancellationToken cancellationToken)
    {
        var errors = CheckName(name);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        var queue = await queues.FindAsync(context.Owner(), name, cancellationToken);
        return JsonResults.Ok(queue.ToResponse());
    }

    private static async Task<Results<OkJson<QueueResponse>, ProblemResult>> PutAsync(
        string name, JsonBody<QueueRequest> body, HttpContext context, IQueues queues, CancellationToken cancellationToken)
    {
        if (!body.TryGet(out var request, out var problem))
            return problem;
        var errors = CheckName(name);
        if (QueueValidation.Validate(request, errors) is not { } settings)
            return errors.ToProblem();
        var owner = context.Owner();
        var status = await queues.SetAsync(owner, name, settings, cancellationToken);
        if (status != AnswerStatus.Ok)
            return ToProblem(status);
        var queue = await queues.FindAsync(owner, name, cancellationToken);
        return JsonResults.Ok(queue.ToResponse());
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(string name, HttpContext context, IQueues queues, CancellationToken cancellationToken)
    {
        var errors = CheckName(name);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        var status = await queues.SetAsync(context.Owner(), name, settings: null, cancellationToken);
        return status == AnswerStatus.Ok ? TypedResults.NoContent() : ToProblem(status);
    }

    private static FieldErrors CheckName(string name)
    {
        var errors = new FieldErrors();
        FieldRules.Label.Check(name, "name", FieldPath.Root, errors);
        return errors;
    }

    private static ProblemResult ToProblem(AnswerStatus status) => status == AnswerStatus.CapacityReached
        ? new(CapacityReached, "No more queues can be bounded (Work:MaxQueues): have some go back to the defaults first.") { RetryAfterSeconds = 60 }
        : status.ToProblem();
}
