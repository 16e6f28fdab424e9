using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>What the API description says of the calls on schedules.</summary>
internal static class ScheduleDocs
{
    private const string Tag = ServiceDescription.Schedules;

    private const string MondayJson = $$"""
        { "name": "{{ExampleTasks.Schedule}}", "cron": "0 8 * * MON", "everySeconds": null, "timeZone": "Europe/Oslo", "startAt": null, "endAt": null, "jitterSeconds": 0, "missed": "one", "overlap": "skip", "paused": false,
          "task": { "message": "The week begins", "type": null, "input": null, "queue": null, "priority": null, "key": null, "retry": null, "attemptSeconds": null, "unique": null, "callback": null, "name": null, "group": null, "timeoutSeconds": null },
          "nextAt": ["2026-03-02T07:00:00.000Z", "2026-03-09T07:00:00.000Z", "2026-03-16T07:00:00.000Z", "2026-03-23T07:00:00.000Z", "2026-03-30T06:00:00.000Z"],
          "lastAt": null, "lastTaskId": null, "createdAt": "2026-03-01T09:00:00.000Z", "updatedAt": "2026-03-01T09:00:00.000Z" }
        """;

    private static readonly ApiHeader _location = new("Location", "Where the schedule is, relative to this host; only of a new one.", "/schedules/" + ExampleTasks.Schedule);

    private static readonly ApiExample _monday = new("monday", "Mondays at eight", MondayJson);

    public static readonly OperationDoc Put = new(Tag, "PutSchedule", "Create a schedule, or ask for something else",
        "From now on a task is created at each occurrence: exactly one, whatever is restarted meanwhile. A program may say at each of its starts what it wants: where the timing is the same, the plan goes on. `If-None-Match: *` creates only; `If-Match` changes only what you have seen.")
    {
        Bodies = static _ =>
        [
            new("monday", "Mondays at eight", """{ "cron": "0 8 * * MON", "timeZone": "Europe/Oslo", "overlap": "skip", "task": { "message": "The week begins" } }"""),
            new("period", "Every ten minutes", """{ "everySeconds": 600, "task": { "message": "Ten minutes more" } }"""),
        ],
        Answers =
        [
            new(200, "Something else is asked for now, or the same as before.") { Headers = [TaskHeaders.ETag], Examples = [_monday] },
            new(201, "There is a new schedule.") { Headers = [_location, TaskHeaders.ETag], Examples = [_monday] },
        ],
    };

    public static readonly OperationDoc Get = new(Tag, "GetSchedule", "Get a schedule", "What was asked for, the next five occurrences, and the last one with its task.")
    {
        Answers = [new(200, "The schedule.") { Headers = [TaskHeaders.ETag], Examples = [_monday] }],
    };

    public static readonly OperationDoc List = new(Tag, "ListSchedules", "List schedules", "A page at a time in the order of their names. For the next page pass `nextCursor` as `cursor`.")
    {
        Parameters = Paging.Parameters("schedules"),
        Answers = [new(200, "A page of schedules.") { Examples = [new("last", "The only page", $$"""{ "schedules": [{{MondayJson}}], "nextCursor": null }""")] }],
    };

    public static readonly OperationDoc Pause = new(Tag, "PauseSchedule", "Pause a schedule, or have it go on", "What comes due while it is paused is skipped.")
    {
        Bodies = static _ => [new("pause", "Pause it", """{ "paused": true }"""), new("resume", "Have it go on", """{ "paused": false }""")],
        Answers = [new(200, "The schedule.") { Headers = [TaskHeaders.ETag], Examples = [_monday] }],
    };

    public static readonly OperationDoc Delete = new(Tag, "DeleteSchedule", "Delete a schedule", "Its tasks go on.")
    {
        Answers = [new(204, "It is gone.")],
    };

    public static readonly OperationDoc Trigger = new(Tag, "TriggerSchedule", "Run a schedule's task now", "Creates its task beside the plan, also while it is paused.")
    {
        Answers = [new(202, "The task.") { Headers = [TaskHeaders.Location], Examples = [ExampleTasks.Pending] }],
    };

    public static readonly OperationDoc Preview = new(Tag, "PreviewSchedule", "See when an expression occurs", "The next occurrences from now on, before there is a schedule.")
    {
        Parameters =
        [
            new("cron", "The cron expression.") { Example = "0 8 * * MON" },
            new("timeZone", "The time zone in which it is read, by its IANA name.") { Default = "UTC" },
            new("count", "How many occurrences.") { Type = typeof(int), Minimum = FieldRules.PreviewCount.Least, Maximum = FieldRules.PreviewCount.Most, Default = ScheduleMapping.Shown },
        ],
        Answers = [new(200, "The occurrences; fewer if there are no more.") { Examples = [new("mondays", "Mondays at eight", """{ "nextAt": ["2026-03-02T08:00:00.000Z", "2026-03-09T08:00:00.000Z"] }""")] }],
    };
}
