using System.Net.Mime;
using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>What the API description says of the calls on one task.</summary>
internal static class TaskDocs
{
    private const string Tag = ServiceDescription.OneTask;

    private static readonly ApiParameter[] _wait = [TaskWaiter.InQuery, TaskWaiter.PreferWait];

    public static readonly OperationDoc Create = new(Tag, "CreateTask", "Create a task",
        "Creates a task that delivers its message when it comes due: `asyncio.create_task`. With `waitSeconds` or `Prefer: wait` it is created and awaited in one call, as `await` does: `200` if it finishes in time, else `202`.")
    {
        Parameters = _wait,
        Bodies = static now =>
        [
            new("delay-seconds", "Due in half a minute", """{ "message": "Hei", "delaySeconds": 30, "group": "greetings" }"""),
            new("delay", "Due after an ISO 8601 duration", """{ "message": "Tea is ready", "delay": "PT3M30S", "name": "tea" }"""),
            new("due-at", "Due at an instant", $$"""{ "message": "Time to go", "dueAt": "{{now.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}}" }"""),
            new("timeout", "Cancelled by its timeout, before it is due", """{ "message": "Too late", "delaySeconds": 60, "timeoutSeconds": 5 }"""),
            new("now", "Due now", """{ "message": "Hello" }"""),
        ],
        Answers =
        [
            new(200, "Created, and done within the wait.") { Headers = [ApiHeader.Location], Examples = [ExampleTasks.Completed, ExampleTasks.TimedOut] },
            new(202, "Created: its timer is armed.") { Headers = [ApiHeader.Location], Examples = [ExampleTasks.Pending] },
            // Whoever loses the wait to a shutdown still learns the id.
            new(503) { Headers = [ApiHeader.Location] },
        ],
    };

    public static readonly OperationDoc Get = new(Tag, "GetTask", "Look at a task, or wait for it",
        "Answers at once, or, with `waitSeconds` or `Prefer: wait`, as soon as the task is done and at the latest when that time is over: `asyncio.wait_for(asyncio.shield(task), N)`, which leaves the task alone when time runs out.")
    {
        Parameters = _wait,
        Answers =
        [
            new(200, "The task as it stands. `Retry-After` only while it is pending.")
            {
                Headers = [ApiHeader.RetryAfter],
                Examples = [ExampleTasks.Pending, ExampleTasks.Completed, ExampleTasks.Cancelled, ExampleTasks.TimedOut],
            },
            new(304, "It is as the client has it already, which `If-None-Match` tells.") { Headers = [ApiHeader.RetryAfter] },
        ],
    };

    public static readonly OperationDoc IsDone = new(Tag, "IsTaskDone", "Ask whether a task is done",
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

    public static readonly OperationDoc GetResult = new(Tag, "GetTaskResult", "Take a task's result",
        "asyncio's `Task.result()`, or, with `waitSeconds` or `Prefer: wait`, `await`: the line `HH:mm:ss message`, as JSON or bare as `text/plain`. While there is none: `409` `task-not-finished`; never: `410` `task-cancelled` or `424` `task-failed`.")
    {
        Parameters = _wait,
        Answers =
        [
            new(200, "The result, in the form that `Accept` asks for.")
            {
                Examples =
                [
                    new("result", "As JSON", new TaskResultResponse(ExampleTasks.Completed.Task().Id, ExampleTasks.Result)),
                    new("result", "The bare line", ExampleTasks.Result) { MediaType = MediaTypeNames.Text.Plain },
                ],
            },
        ],
    };

    public static readonly OperationDoc Reschedule = new(Tag, "RescheduleTask", "Reschedule a pending task",
        "Gives a pending task another due time, counted from now, another message, or both. A delay of 0 means: run now.")
    {
        Bodies = static now =>
        [
            new("later", "Due in a minute from now", """{ "delaySeconds": 60 }"""),
            new("now", "Due now", """{ "delaySeconds": 0 }"""),
            new("due-at", "Due at an instant", $$"""{ "dueAt": "{{now.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}}" }"""),
            new("message", "Another message", """{ "message": "Hei hei" }"""),
        ],
        Answers = [new(200, "The task, rescheduled.") { Examples = [ExampleTasks.Pending] }],
    };

    public static readonly OperationDoc Cancel = new(Tag, "CancelTask", "Cancel a task",
        "asyncio's `Task.cancel()`. Cancelling a task again gives the same answer; one that has completed or failed stays as it is.")
    {
        Parameters = [CancelReason.Parameter],
        Answers = [new(200, "The task, cancelled, by this call or before.") { Examples = [ExampleTasks.Cancelled, ExampleTasks.TimedOut] }],
    };

    private static TaskDoneResponse ToDone(ApiExample example) => new(example.Task().Id, example.Task().Done, example.Task().Status);
}
