using System.Net.Mime;
using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Waiting;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>What the API description says of the calls on one task.</summary>
internal static class TaskDocs
{
    private const string Tag = ServiceDescription.OneTask;

    private static readonly ApiParameter[] _wait = [TaskWaiter.InQuery, TaskWaiter.PreferWait];

    public static readonly OperationDoc Create = new(Tag, "CreateTask", "Create a task",
        "Creates a task: `asyncio.create_task`. One with a `type` runs a coroutine when it comes due, in a worker that asks for its queue (`POST /work/acquire`) or in a handler of the service's own program, and again after failures as its `retry` says. One with a `message` is done when it comes due. With `waitSeconds` or `Prefer: wait` one call creates and awaits it: `200` if it finishes in time, otherwise `202`.")
    {
        Parameters = _wait,
        Bodies = static now =>
        [
            new("delay-seconds", "Due in half a minute", """{ "message": "Hei", "delaySeconds": 30, "group": "greetings" }"""),
            new("delay", "Due after an ISO 8601 duration", """{ "message": "Tea is ready", "delay": "PT3M30S", "name": "tea" }"""),
            new("due-at", "Due at an instant", $$"""{ "message": "Time to go", "dueAt": "{{now.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}}" }"""),
            new("timeout", "Cancelled by its timeout, before it is due", """{ "message": "Too late", "delaySeconds": 60, "timeoutSeconds": 5 }"""),
            new("now", "Due now", """{ "message": "Hello" }"""),
            new("work", "A coroutine's work, tried up to three times", """{ "type": "resize", "input": { "url": "a.png", "width": 320 }, "attemptSeconds": 60, "retry": { "maxAttempts": 3 } }"""),
            new("unique", "At most one that isn't done; if there is one, that is the answer", """{ "type": "rebuild-index", "unique": { "key": "index", "onConflict": "existing" } }"""),
            new("gather", "Tasks that are created together and awaited as one; if one fails, the others are cancelled", """{ "type": "gather", "input": { "tasks": [{ "type": "resize", "input": "a.png" }, { "message": "Hei" }], "onFailure": "cancel" }, "timeoutSeconds": 60 }"""),
            new("callback", "A URL is called when it is done", """{ "type": "resize", "input": { "url": "a.png", "width": 320 }, "callback": { "url": "https://example.com/hook", "on": ["completed", "failed"] } }"""),
            new("work-later", "Work for another queue, before others and in ten minutes", """{ "type": "resize", "input": ["a.png", 320], "queue": "thumbnails", "priority": 10, "key": "customer-7", "delaySeconds": 600, "name": "a.png" }"""),
        ],
        Answers =
        [
            new(200, "Created, and finished within the wait; or, with `unique`, the task that there is.") { Headers = [TaskHeaders.Location], Examples = [ExampleTasks.Completed, ExampleTasks.TimedOut, ExampleTasks.Returned] },
            new(202, "Created; its timer is running.") { Headers = [TaskHeaders.Location], Examples = [ExampleTasks.Pending, ExampleTasks.Work] },
            // Whoever loses the wait to a shutdown still learns the id.
            new(503) { Headers = [TaskHeaders.Location] },
        ],
    };

    public static readonly OperationDoc Get = new(Tag, "GetTask", "Get a task, or wait for it",
        "Answers at once or, with `waitSeconds` or `Prefer: wait`, as soon as the task finishes, but no later than that: `asyncio.wait_for(asyncio.shield(task), N)`. When time runs out, the task goes on.")
    {
        Parameters = _wait,
        Answers =
        [
            new(200, "The task, with `Retry-After` while it is not done.")
            {
                Headers = [ApiHeader.RetryAfter],
                Examples = [ExampleTasks.Pending, ExampleTasks.Completed, ExampleTasks.Cancelled, ExampleTasks.TimedOut, ExampleTasks.Work, ExampleTasks.Running, ExampleTasks.Cancelling, ExampleTasks.Returned, ExampleTasks.Failed],
            },
            new(304, "The task hasn't changed since the `ETag` in `If-None-Match`.") { Headers = [ApiHeader.RetryAfter] },
        ],
    };

    public static readonly OperationDoc IsDone = new(Tag, "IsTaskDone", "Check whether a task is done",
        "asyncio's `Task.done()`: true once the task has completed, failed or been cancelled.")
    {
        Answers =
        [
            new(200, "Whether the task is done.")
            {
                Examples =
                [
                    new("pending", "Not yet", ToDone(ExampleTasks.Pending)),
                    new("completed", "Done", ToDone(ExampleTasks.Completed)),
                ],
            },
        ],
    };

    public static readonly OperationDoc GetResult = new(Tag, "GetTaskResult", "Get a task's result",
        "asyncio's `Task.result()` or, with `waitSeconds` or `Prefer: wait`, `await`: the line `HH:mm:ss message`, or what the coroutine returned, as JSON or as `text/plain`. No result yet: `409` `task-not-finished`. Never: `410` `task-cancelled` or `424` `task-failed`.")
    {
        Parameters = _wait,
        Answers =
        [
            new(200, "The result, in the format that `Accept` asks for.")
            {
                Examples =
                [
                    new("result", "As JSON", new TaskResultResponse(ExampleTasks.Completed.Task().Id, ExampleTasks.Result)),
                    new("returned", "What a coroutine returned", $$"""{ "id": "{{ExampleTasks.Id}}", "result": { "width": 320 } }"""),
                    new("result", "The bare line", ExampleTasks.Result) { MediaType = MediaTypeNames.Text.Plain },
                ],
            },
        ],
    };

    public static readonly OperationDoc Reschedule = new(Tag, "RescheduleTask", "Reschedule a pending task",
        "Gives a pending task a new due time, a new message or, if it has a type, a new input or priority. Delays count from now; 0 means now. One that is running: `409` `task-running`.")
    {
        Bodies = static now =>
        [
            new("later", "Due in a minute from now", """{ "delaySeconds": 60 }"""),
            new("now", "Due now", """{ "delaySeconds": 0 }"""),
            new("due-at", "Due at an instant", $$"""{ "dueAt": "{{now.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}}" }"""),
            new("message", "Another message", """{ "message": "Hei hei" }"""),
        ],
        Answers = [new(200, "The rescheduled task.") { Examples = [ExampleTasks.Pending] }],
    };

    public static readonly OperationDoc Cancel = new(Tag, "CancelTask", "Cancel a task",
        "asyncio's `Task.cancel()`. A pending task is cancelled at once. A running one is asked to end: its coroutine is told, may clean up for a while, and it is cancelled then in any case; `waitSeconds` and `Prefer: wait` wait for that, `force=true` lets it have no time. Cancelling a task again gives the same answer. One that has completed or failed stays as it is: `409`.")
    {
        Parameters = [CancelReason.Parameter, CancelReason.ForceParameter, .. _wait],
        Answers =
        [
            new(200, "The cancelled task, whether this call or an earlier one cancelled it.") { Examples = [ExampleTasks.Cancelled, ExampleTasks.TimedOut] },
            new(202, "The task is running, and asked to end.") { Headers = [TaskHeaders.ETag], Examples = [ExampleTasks.Cancelling] },
        ],
    };

    private static TaskDoneResponse ToDone(ApiExample example) => new(example.Task().Id, example.Task().Done, example.Task().Status);
}
