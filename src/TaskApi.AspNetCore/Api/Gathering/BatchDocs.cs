using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>What the API description says of the call that creates many tasks.</summary>
internal static class BatchDocs
{
    public static readonly OperationDoc CreateMany = new(ServiceDescription.ManyTasks, "CreateTasks", "Create many tasks",
        "As `application/json`, an array of 1 to 10,000 tasks: all are created, or none; in `after` they may name earlier ones by their places, as in `#0`; all together may name 100,000 tasks. As `application/x-ndjson`, a stream of any length with one task per line of up to 64 KiB: each line is answered by a line, in order, with its task or with `{\"line\": n, \"problem\": {...}}`, as soon as the input pauses. Read the answers while you send: the service stops reading while they wait. The answer has the form of the body; `Accept` may name either.")
    {
        Bodies = static _ =>
        [
            new("three", "Three tasks of a group", """
                [
                  { "message": "Bonjour", "delaySeconds": 10, "group": "greetings" },
                  { "message": "Bore da", "delaySeconds": 15, "group": "greetings" },
                  { "message": "Hei hei", "delaySeconds": 20, "group": "greetings" }
                ]
                """),
            new("work", "A message, and two tasks that run a coroutine", """
                [
                  { "message": "The images are coming", "delaySeconds": 10 },
                  { "type": "resize", "input": { "url": "a.png", "width": 320 }, "attemptSeconds": 60 },
                  { "type": "resize", "input": { "url": "b.png", "width": 320 }, "attemptSeconds": 60, "delaySeconds": 10 }
                ]
                """),
            new("flow", "A flow: the last task waits for both of the others", """
                [
                  { "type": "resize", "input": { "url": "a.png", "width": 320 } },
                  { "message": "Now it may be shown", "delaySeconds": 5 },
                  { "type": "publish", "input": "a.png", "after": ["#0", "#1"] }
                ]
                """),
            new("lines", "Three tasks, a line each", """
                {"message":"Bonjour","delaySeconds":10,"group":"greetings"}
                {"message":"Bore da","delaySeconds":15,"group":"greetings"}
                {"message":"Hei hei","delaySeconds":20,"group":"greetings"}

                """) { MediaType = MediaTypes.NdJson },
        ],
        Answers =
        [
            new(200, "An answer to each line, a line each: the task that it created, or why it created none.")
            {
                Examples = [new("lines", "The second of two lines was wrong", new object[] { ExampleTasks.Pending.Value, new BatchLineProblem(2, ProblemExamples.Of(ProblemTypes.InvalidRequest).ToDocument()) }) { MediaType = MediaTypes.NdJson }],
            },
            new(202, "All created; their timers are running. A streamed body gets `200` instead, with a line for each of its lines.") { Examples = [new("one", "One task", new BatchResponse([ExampleTasks.Pending.Task()]))] },
        ],
    };
}
