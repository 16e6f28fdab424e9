using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>What the API description says of the calls that wait for many tasks at once.</summary>
internal static class GatheringDocs
{
    private const string Tag = ServiceDescription.ManyTasks;

    public static readonly OperationDoc Gather = new(Tag, "GatherTasks", "Wait for all of several tasks",
        "`asyncio.gather` over existing tasks (`ids`), tasks to create (`tasks`, all or none) or the tasks a group has now (`group`): give exactly one. `200` when all have completed, with the results in the order given. The first task that fails or is cancelled ends the call at once with `424` `gather-failed`; the others go on. With `returnExceptions` the call waits for all, and such a result is null. When time runs out: `202` with the tasks as they are; `onTimeout: cancel` cancels the pending ones first, and asks the running ones to end. `onFailure: cancel` is `asyncio.TaskGroup`: the others are cancelled at the first failure, and `424` names the `failures` when all have ended; one that was cancelled is none. Hanging up cancels nothing. `Idempotency-Key` is refused with `tasks`: create them by `POST /tasks/batch` with the key, then gather their `ids`.")
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
                    new("returned", "A coroutine's", new GatherResponse(true, [new RawJson("""{"width":320}"""u8.ToArray())], [ExampleTasks.Returned.Task()])),
                    new("exceptions", "With returnExceptions, one was cancelled", new GatherResponse(true, [default], [ExampleTasks.Cancelled.Task()])),
                ],
            },
            new(202, "Time ran out before all were done.") { Examples = [new("pending", "One is pending", new GatherResponse(false, null, [ExampleTasks.Pending.Task()]))] },
        ],
    };

    public static readonly OperationDoc Wait = new(Tag, "WaitForTasks", "Wait for some of several tasks",
        "`asyncio.wait`: answers when all tasks are done, one is done, or one has failed (being cancelled isn't failing), and at the latest when time runs out. Always `200`, with the tasks that are done and those still pending.")
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

    public static readonly OperationDoc AsCompleted = new(Tag, "StreamTasksAsCompleted", "Stream tasks as they finish",
        "`asyncio.as_completed`: streams the tasks in the order they finish, each once and the moment it does: as a line of NDJSON or, with `Accept: text/event-stream`, as an event named after its status. The stream ends after the last task, or early when time runs out or the service shuts down.")
    {
        Bodies = static _ =>
        [
            new("group", "The tasks of a group", """{ "group": "greetings", "waitSeconds": 20 }"""),
            new("ids", "Tasks that exist", $$"""{ "ids": ["{{ExampleTasks.Id}}"], "waitSeconds": 20 }"""),
        ],
        Answers =
        [
            new(200, "The tasks, in the format that `Accept` asks for.")
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
