using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>What the API description says of the calls that workers make.</summary>
internal static class WorkDocs
{
    private const string Tag = ServiceDescription.Work;

    private static readonly string _heldOutcome = $$"""{ "token": "{{ExampleTasks.Token}}", "id": "{{ExampleTasks.Id}}", "status": "completed" }""";

    public static readonly OperationDoc Acquire = new(Tag, "AcquireWork", "Get tasks to run",
        "Starts tasks whose turn it is, and leases them to the worker: by priority, then due time, then creation; the queues named take turns. While there are none the call is held for `waitSeconds`, and answered within milliseconds of the first. A worker that loses a lease has the calls answered that it holds open meanwhile, with an empty list: it asks again if it is still there. `outcomes` are taken first, as in `POST /work/finish`: one call a round. Whoever runs a task renews its lease by `POST /work/heartbeat`; a lease that expires is a lost attempt, and the task is begun again.")
    {
        Bodies = static _ =>
        [
            new("resize", "Ten tasks of a queue, if there are so many", """{ "worker": "laptop-1", "queues": ["resize"], "max": 10 }"""),
            new("wait", "Wait five seconds for one", """{ "worker": "laptop-1", "queues": ["resize", "thumbnails"], "leaseSeconds": 60, "waitSeconds": 5 }"""),
            new("outcomes", "Tell of the last one, and get the next", $$"""{ "worker": "laptop-1", "queues": ["resize"], "outcomes": [{ "token": "{{ExampleTasks.Token}}", "result": { "width": 320 } }] }"""),
        ],
        Answers =
        [
            new(200, "The tasks, now running, and what became of the outcomes. The list is empty if there was none.")
            {
                Examples =
                [
                    new("none", "Nothing to do", """{ "tasks": [], "outcomes": [] }"""),
                    new("task", "A task", $$"""{ "tasks": [{{ExampleTasks.LeasedJson}}], "outcomes": [{{_heldOutcome}}] }"""),
                ],
            },
        ],
    };

    public static readonly OperationDoc Heartbeat = new(Tag, "SendHeartbeat", "Keep leases, and hear of cancellations",
        "Renews the leases as soon as it arrives, and takes progress. With `waitSeconds` it is held until there is something to tell: a task that is asked to end, and isn't marked `cancelSeen`, a lease that is over, or that the service stops. A worker that keeps one such call open hears of a cancellation within milliseconds. Tokens of attempts that it has finished are passed over.")
    {
        Bodies = static _ =>
        [
            new("alive", "Nothing is running", """{ "worker": "laptop-1" }"""),
            new("progress", "A task is half done", $$"""{ "worker": "laptop-1", "leases": [{ "token": "{{ExampleTasks.Token}}", "progress": { "done": 50, "total": 100, "note": "page 50" } }], "leaseSeconds": 60 }"""),
        ],
        Answers =
        [
            new(200, "How long the leases last now, and what the worker has to know.")
            {
                Examples =
                [
                    new("quiet", "Nothing to tell", """{ "expiresAt": "2026-03-01T09:01:00.000Z", "cancel": [], "lost": [], "drain": false }"""),
                    new("cancel", "A task is asked to end", $$"""{ "expiresAt": "2026-03-01T09:01:00.000Z", "cancel": [{ "token": "{{ExampleTasks.Token}}", "id": "{{ExampleTasks.Id}}", "reason": "cancelled", "detail": "No longer needed", "graceUntil": "2026-03-01T09:00:41.500Z" }], "lost": [], "drain": false }"""),
                ],
            },
        ],
    };

    public static readonly OperationDoc Finish = new(Tag, "FinishWork", "Tell how tasks ended",
        "Takes how attempts ended, one after the other. The same outcome once more gets the same answer and changes nothing; another one, and one whose lease is over, gets the problem `lease-lost` in its place. A malformed call takes nothing.")
    {
        Bodies = static _ =>
        [
            new("result", "It returned", $$"""{ "outcomes": [{ "token": "{{ExampleTasks.Token}}", "result": { "width": 320 } }] }"""),
            new("error", "It raised", $$"""{ "outcomes": [{ "token": "{{ExampleTasks.Token}}", "error": { "reason": "ValueError", "detail": "no such file", "retry": false } }] }"""),
            new("cancelled", "It ended because it was told to", $$"""{ "outcomes": [{ "token": "{{ExampleTasks.Token}}", "cancelled": true }] }"""),
            new("release", "It is given back", $$"""{ "outcomes": [{ "token": "{{ExampleTasks.Token}}", "release": { "delaySeconds": 5 } }] }"""),
        ],
        Answers =
        [
            new(200, "What became of each, in order.")
            {
                Examples =
                [
                    new("taken", "It was taken", $$"""{ "outcomes": [{{_heldOutcome}}] }"""),
                    new("retry", "It is to be begun again", $$"""{ "outcomes": [{ "token": "{{ExampleTasks.Token}}", "id": "{{ExampleTasks.Id}}", "status": "pending", "dueAt": "2026-03-01T09:00:32.500Z" }] }"""),
                    new("lost", "The lease is over", new FinishResponse([new OutcomeResponse { Token = ExampleTasks.Token, Problem = ProblemExamples.Of(WorkProblems.LeaseLostType).ToDocument() }])),
                ],
            },
        ],
    };

    public static readonly OperationDoc ListWorkers = new(Tag, "ListWorkers", "List workers",
        "The workers that have called in the last minute.")
    {
        Answers = [new(200, "The workers, by name.") { Examples = [new("one", "One", """{ "workers": [{ "worker": "laptop-1", "queues": ["resize"], "running": 1, "lastSeenAt": "2026-03-01T09:00:30.000Z" }] }""")] }],
    };
}
