using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>What the API description says of the calls on all of a caller's tasks.</summary>
internal static class TaskListDocs
{
    private const string Tag = ServiceDescription.ManyTasks;

    public static readonly OperationDoc List = new(Tag, "ListTasks", "List tasks",
        "`asyncio.all_tasks()`, finished tasks included: a page at a time in creation order, or newest first with `order=newest`. For the next page follow the `Link` header, or pass `nextCursor` as `cursor`. A page costs the same however many tasks there are.")
    {
        Parameters = ListQuery.Parameters,
        Answers =
        [
            new(200, "A page of tasks.")
            {
                Headers = [TaskHeaders.Link],
                Examples =
                [
                    new("page", "A page with another after it", new TaskListResponse([ExampleTasks.Completed.Task()], ExampleTasks.Cursor)),
                    new("last", "The last page", new TaskListResponse([ExampleTasks.Pending.Task()], null)),
                ],
            },
        ],
    };

    public static readonly OperationDoc CancelMany = new(Tag, "CancelTasks", "Cancel many tasks",
        "Cancels every pending task of a group or, with `all=true`, every pending task, and asks those that are running to end. Give exactly one of the two; `createdAfter` and `createdBefore` leave of those what was created in a time.")
    {
        Parameters =
        [
            new("group", "Cancel the tasks of this group.") { Rule = FieldRules.Label, Example = ExampleTasks.Group },
            new("all", "Cancel all tasks.") { Type = typeof(bool), Values = [true] },
            .. ListQuery.TimeParameters,
            CancelReason.Parameter,
        ],
        Answers = [new(200, "How many tasks this call cancelled.") { Examples = [new("cancelled", "Three of them; one is running", new BulkCancelResponse(3, 1))] }],
    };

    public static readonly OperationDoc GetStats = new(Tag, "GetTaskStats", "Count tasks",
        "Your task counts since the start, and how punctual the service is.")
    {
        Answers =
        [
            new(200, "The current figures.")
            {
                Examples = [new("stats", "After an hour", new StatsResponse(1200, 50_008, 47_960, 800, 40, 8, 25, 12, 1, 10_000_000, new(0.6, 1.4, 9.8), 3600.25))],
            },
        ],
    };
}
