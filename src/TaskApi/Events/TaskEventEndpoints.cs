using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.Engine;
using TaskApi.Web;
using TaskApi.Web.Problems;

namespace TaskApi.Events;

/// <summary>The call that tells of what happens to tasks.</summary>
internal static class TaskEventEndpoints
{
    private static readonly OfferedMedia _offered = new(MediaTypes.EventStream);

    /// <summary>Maps the call onto the group of all task routes.</summary>
    public static void MapTaskEvents(this RouteGroupBuilder tasks)
    {
        tasks.MapRead("/events", Stream).WithName("StreamTaskEvents").WithMetadata(_offered).WithProblems(ProblemTypes.ShuttingDown)
            .WithSummary("Receive what happens to tasks")
            .WithDescription("Server-Sent Events named created, completed, cancelled, failed and rescheduled, with the task as data and an increasing number as id: all of them, or those of some tasks (ids=a,b, up to 200) or of a group. After a lost connection Last-Event-ID resumes where it broke off; an event gap, with data {\"from\": n, \"to\": n}, says which numbers are missing because the client was away or too slow for too long. A comment every 15 s keeps the connection alive.");
        tasks.MapNoOther("/events", HttpMethods.Get, HttpMethods.Head);
    }

    private static Results<TaskEventStream, ProblemResult> Stream(HttpContext context, ITaskRegistry registry, TaskWaiter waiter)
    {
        var errors = new FieldErrors();
        var filter = EventFilter.Read(context, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        return waiter.Stopping.IsCancellationRequested
            ? RegistryProblems.ShuttingDown()
            : new TaskEventStream(registry.Events, filter, ReadLastEventId(context.Request), waiter.Stopping);
    }

    // What is malformed comes from elsewhere and says nothing about this stream.
    private static long? ReadLastEventId(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
