using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>What the API description says of the calls that wait for many tasks at once.</summary>
internal static class GatheringDocs
{
    private const string Tag = ServiceDescription.ManyTasks;

    public static readonly OperationDoc Gather = new(Tag, "GatherTasks", "Wait for all of several tasks",
        "`asyncio.gather` over tasks that exist (`ids`), that are created for it (`tasks`, all or none) or that a group has now (`group`): exactly one of the three. Answers when all have completed, with the results in the order of the request: `200`. The first task that is cancelled or fails ends it at once, with `424` `gather-failed`, and the others go on; with `returnExceptions` it waits for all instead and gives null for such a result. When the time is over: `202` with the tasks as they are, after those that are pending have been cancelled if `onTimeout` says so. A client that hangs up cancels nothing.")
    {
        Bodies = static _ =>
        [
            new("tasks", "Create three tasks and gather them", """
                {
                  "tasks": [
                    { "message": "Bonjour", "delaySeconds": 1 },
                    { "message": "Bore da", "delaySeconds": 1.5 },
                    { "message": "Hei hei", "delaySeconds": 2 }
                  ]
                }
                """),
            new("group", "Gather a group, however its tasks end", """{ "group": "greetings", "returnExceptions": true, "waitSeconds": 20 }"""),
            new("ids", "Gather tasks that exist, but wait no longer than they may take", $$"""{ "ids": ["{{ExampleTasks.Id}}"], "returnExceptions": true, "waitSeconds": 5, "onTimeout": "cancel" }"""),
        ],
        Answers =
        [
            new(200, "All are done.")
            {
                Examples =
                [
                    new("completed", "All completed", new GatherResponse(true, [ExampleTasks.Result], [ExampleTasks.Completed.Task()])),
                    new("exceptions", "With returnExceptions, one was cancelled", new GatherResponse(true, [null], [ExampleTasks.Cancelled.Task()])),
                ],
            },
            new(202, "The time is over, and not all were done.") { Examples = [new("pending", "One is pending", new GatherResponse(false, null, [ExampleTasks.Pending.Task()]))] },
        ],
    };

    public static readonly OperationDoc Wait = new(Tag, "WaitForTasks", "Wait for some of several tasks",
        "`asyncio.wait`: answers when all tasks are done, the first is done, or the first has failed (which being cancelled is not), and at the latest when the time is over: always `200`, with the tasks that are done and those that are pending.")
    {
        Bodies = static _ =>
        [
            new("first", "Until one is done, but at most five seconds", $$"""{ "ids": ["{{ExampleTasks.Id}}"], "returnWhen": "firstCompleted", "waitSeconds": 5 }"""),
            new("cancel", "Until all are done, or are cancelled after five seconds", $$"""{ "ids": ["{{ExampleTasks.Id}}"], "waitSeconds": 5, "onTimeout": "cancel" }"""),
        ],
        Answers =
        [
            new(200, "Where the tasks stand.")
            {
                Examples =
                [
                    new("done", "It is done", new WaitResponse([ExampleTasks.Completed.Task()], [])),
                    new("pending", "The time is over", new WaitResponse([], [ExampleTasks.Pending.Task()])),
                ],
            },
        ],
    };

    public static readonly OperationDoc AsCompleted = new(Tag, "StreamTasksAsCompleted", "Receive tasks as they finish",
        "`asyncio.as_completed`: a stream of the tasks in the order in which they finish, each once and at the moment it does, as a line of NDJSON or, for `Accept: text/event-stream`, an event that is named after its status. The stream ends after the last task, or without the rest when the time is over or the service shuts down.")
    {
        Bodies = static _ =>
        [
            new("group", "The tasks of a group", """{ "group": "greetings", "waitSeconds": 20 }"""),
            new("ids", "Tasks that exist", $$"""{ "ids": ["{{ExampleTasks.Id}}"], "waitSeconds": 20 }"""),
        ],
        Answers =
        [
            new(200, "The tasks, in the form that `Accept` asks for.")
            {
                Examples =
                [
                    new("lines", "Two tasks", new[] { ExampleTasks.Cancelled.Value, ExampleTasks.Completed.Value }) { MediaType = MediaTypes.NdJson },
                    new("events", "Two tasks", new ExampleEvent[] { new(null, "cancelled", ExampleTasks.Cancelled.Value), new(null, "completed", ExampleTasks.Completed.Value) }) { MediaType = MediaTypes.EventStream },
                ],
            },
        ],
    };
}
