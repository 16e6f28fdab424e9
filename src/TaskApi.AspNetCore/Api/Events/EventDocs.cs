using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Events;

/// <summary>What the API description says of the call that tells of what happens to tasks.</summary>
internal static class EventDocs
{
    public static readonly OperationDoc Stream = new(ServiceDescription.Events, "StreamTaskEvents", "Stream task events",
        "Server-Sent Events named `created`, `rescheduled`, `completed`, `cancelled` and `failed` and, of tasks with a type, `started`, `progress`, `retrying` (pending again, with the `error` of the attempt if there was one) and `cancelling`, with the task as data and an increasing number as id: all of them, or those of some tasks or of a group. The stream begins with an id and no event, so that there is always one to resume from. After a lost connection `Last-Event-ID` resumes where it broke off; an event `gap`, with data `{\"from\": n, \"to\": n}`, says which numbers are missing because the client was away or too slow for too long, or has a number that is not of this service (`from` is 0 then). A comment every 15 s keeps the connection alive. The stream doesn't end by itself: \"Try it out\" shows what comes within ten seconds.")
    {
        Parameters =
        [
            new("ids", "Only of these tasks: up to 200 ids, separated by commas."),
            new("group", "Only of tasks of this group.") { Rule = FieldRules.Label },
            new("Last-Event-ID", "The number of the last event that the client has seen: the stream goes on after it. Without it, or where it is malformed, the stream begins with what happens next.") { InHeader = true },
        ],
        Answers =
        [
            new(200, "The events, until the client hangs up or the service stops.")
            {
                Examples =
                [
                    new("task", "A task", new ExampleEvent[] { new(41, "created", ExampleTasks.Pending.Value), new(42, "completed", ExampleTasks.Completed.Value) }) { MediaType = MediaTypes.EventStream },
                    new("work", "A coroutine's, from its creation to its end", new ExampleEvent[] { new(51, "created", ExampleTasks.Work.Value), new(52, "started", ExampleTasks.Running.Value), new(53, "completed", ExampleTasks.Returned.Value) }) { MediaType = MediaTypes.EventStream },
                    new("gap", "A gap", new ExampleEvent[] { new(99, "gap", new EventGap(43, 99)), new(100, "cancelled", ExampleTasks.Cancelled.Value) }) { MediaType = MediaTypes.EventStream },
                ],
            },
        ],
    };
}
