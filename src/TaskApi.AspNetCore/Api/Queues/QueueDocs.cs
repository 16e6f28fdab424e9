using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Queues;

/// <summary>What the API description says of the calls on queues.</summary>
internal static class QueueDocs
{
    private const string Tag = ServiceDescription.Queues;

    private const string ResizeJson = """
        { "name": "resize", "maxRunning": 3, "maxRunningPerKey": 1, "rate": { "count": 100, "seconds": 60 }, "paused": false, "pausedUntil": null,
          "counts": { "pending": 0, "ready": 12, "running": 3 }, "oldestReadyAt": "2026-03-01T09:00:00.000Z", "workers": 2 }
        """;

    private static readonly ApiExample _resize = new("resize", "Never more than three at a time", ResizeJson);

    public static readonly OperationDoc Put = new(Tag, "PutQueue", "Bound or pause a queue",
        "Sets what bounds it; what is absent or null doesn't. The bounds hold exactly, for workers and handlers, on all nodes, within a second. What runs already goes on.")
    {
        Bodies = static _ =>
        [
            new("bound", "Never more than three at a time, nor more than 100 a minute", """{ "maxRunning": 3, "rate": { "count": 100, "seconds": 60 } }"""),
            new("key", "One at a time for each customer, whom the key of a task names", """{ "maxRunningPerKey": 1 }"""),
            new("pause", "Pause it", """{ "paused": true }"""),
        ],
        Answers = [new(200, "The queue.") { Examples = [_resize] }],
    };

    public static readonly OperationDoc Get = new(Tag, "GetQueue", "Get a queue", "What bounds it, and what it has. There is a queue of every name.")
    {
        Answers = [new(200, "The queue.") { Examples = [_resize] }],
    };

    public static readonly OperationDoc List = new(Tag, "ListQueues", "List queues",
        "Those that have tasks which aren't done, that are bounded, or that workers have asked for in the last minute: a page at a time in the order of their names. For the next page pass `nextCursor` as `cursor`.")
    {
        Parameters = Paging.Parameters("queues"),
        Answers = [new(200, "A page of queues.") { Examples = [new("last", "The only page", $$"""{ "queues": [{{ResizeJson}}], "nextCursor": null }""")] }],
    };

    public static readonly OperationDoc Delete = new(Tag, "DeleteQueue", "Have a queue go back to the defaults", "Its tasks stay. Without defaults nothing bounds it any more.")
    {
        Answers = [new(204, "Nothing is set any more.")],
    };
}
