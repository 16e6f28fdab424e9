using Microsoft.AspNetCore.Http.HttpResults;

namespace BareApi;

/// <summary>
/// The ceiling: endpoints that answer what the service answers, status, headers and JSON, and do nothing. What the service
/// lacks to their speed is what its work costs.
/// </summary>
internal static class Twins
{
    /// <summary>Maps the twins of the service's calls on one task.</summary>
    public static void MapTwins(this WebApplication app)
    {
        app.MapPost("/tasks", Create);
        // A second ceiling, which the service can't reach: this one doesn't look at what it was sent.
        app.MapPost("/unread/tasks", CreateUnread);
        app.MapGet("/tasks/{id}", Get);
        app.MapDelete("/tasks/{id}", Cancel);
    }

    private static Accepted<BareTask> Create(BareCreateRequest request) => Accept(request.Message, request.DelaySeconds ?? 0);

    private static Accepted<BareTask> CreateUnread() => Accept("Hei task", 3600);

    private static Ok<BareTask> Get(Guid id, HttpContext context)
    {
        context.Response.Headers.ETag = "\"0-pending\"";
        context.Response.Headers.RetryAfter = "3600";
        return TypedResults.Ok(Pending(id, "Hei task", 3600));
    }

    private static Ok<BareTask> Cancel(Guid id)
    {
        var task = Pending(id, "Hei task", 3600);
        return TypedResults.Ok(task with { Status = "cancelled", Done = true, FinishedAt = task.CreatedAt, Error = new BareError("cancelled", null) });
    }

    private static Accepted<BareTask> Accept(string message, double delaySeconds)
    {
        var task = Pending(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), message, delaySeconds);
        return TypedResults.Accepted($"/tasks/{task.Id}", task);
    }

    private static BareTask Pending(Guid id, string message, double delaySeconds)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        return new BareTask(id, null, null, message, delaySeconds, "pending", false, now, now.AddSeconds(delaySeconds), null, null, null);
    }
}
