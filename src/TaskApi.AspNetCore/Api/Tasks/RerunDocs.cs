using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>What the API description says of the calls on what tasks have been through, and that run them again.</summary>
internal static class RerunDocs
{
    /// <summary>The parameter over which many tasks are spread.</summary>
    public const string SpreadSeconds = "spreadSeconds";

    public static readonly OperationDoc ListAttempts = new(ServiceDescription.OneTask, "ListTaskAttempts", "List a task's attempts",
        "Each start of a task with a type is an attempt, numbered from 1: the last 20 of them, the oldest first. A message has none.")
    {
        Answers =
        [
            new(200, "The attempts.")
            {
                Examples =
                [
                    new("attempts", "The second is running", """
                        { "attempts": [
                          { "number": 1, "worker": "laptop-1", "startedAt": "2026-03-01T09:00:00.100Z", "endedAt": "2026-03-01T09:00:00.700Z", "outcome": "failed", "error": { "reason": "ValueError", "detail": "no such file" } },
                          { "number": 2, "worker": "laptop-1", "startedAt": "2026-03-01T09:00:01.700Z", "endedAt": null, "outcome": null, "error": null } ] }
                        """),
                ],
            },
        ],
    };

    public static readonly OperationDoc Rerun = new(ServiceDescription.OneTask, "RerunTask", "Run a finished task again",
        "Creates a task with the work of one that is done, however it ended: the same type, input, queue, priority, key, retry, limits, name and group, due now; its `parent` is the other one. Of a message: the same message. One that is not done: `409` `task-not-finished`.")
    {
        Answers = [new(202, "The new task.") { Headers = [TaskHeaders.Location], Examples = [ExampleTasks.Work, ExampleTasks.Pending] }],
    };

    public static readonly OperationDoc RerunMany = new(ServiceDescription.ManyTasks, "RerunTasks", "Run finished tasks again",
        "The same for all tasks that match and have not been run again: all or, if there is no room for them, none. With `spreadSeconds` they come due evenly over that time.")
    {
        Parameters =
        [
            new("status", "Those that ended so.") { Values = ["failed", "completed", "cancelled"], Default = "failed" },
            new("type", "Only tasks of this type.") { Rule = FieldRules.Type },
            new("queue", "Only tasks of this queue.") { Rule = FieldRules.Label },
            new("group", "Only tasks of this group.") { Rule = FieldRules.Label },
            .. ListQuery.TimeParameters,
            new(SpreadSeconds, "They come due evenly over so many seconds; fractions are allowed.") { Type = typeof(double), Rule = FieldRules.DelaySeconds, Default = 0 },
        ],
        Answers = [new(202, "How many tasks there are anew.") { Examples = [new("rerun", "Three of them", new RerunResponse(3))] }],
    };
}
