using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Events;

/// <summary>The call that tells of what happens to tasks.</summary>
internal static class TaskEventEndpoints
{
    private static readonly OfferedMedia _offered = new(MediaTypes.EventStream);

    /// <summary>Maps the call onto the group of all task routes.</summary>
    public static void MapTaskEvents(this RouteGroupBuilder tasks)
    {
        tasks.MapMethods("/events", ReadMethods.All, Stream).WithDoc(EventDocs.Stream).WithMetadata(_offered, HeldOpen.Streaming).WithProblems(ProblemTypes.ShuttingDown);
        tasks.MapNoOther("/events", HttpMethods.Get, HttpMethods.Head);
    }

    private static Results<TaskEventStream, ProblemResult> Stream(HttpContext context, ITaskFeed feed, TaskWaiter waiter)
    {
        var errors = new FieldErrors();
        var filter = EventFilter.Read(context, errors);
        if (!errors.IsEmpty)
            return errors.ToProblem();
        return waiter.Stopping.IsCancellationRequested
            ? Stopping.Problem()
            : new TaskEventStream(feed, filter, ReadLastEventId(context.Request), waiter.Stopping);
    }

    // What is malformed comes from elsewhere and says nothing about this stream. A number too large for one is beyond every event.
    private static long? ReadLastEventId(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return id;
        return text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? long.MaxValue : null;
    }
}
