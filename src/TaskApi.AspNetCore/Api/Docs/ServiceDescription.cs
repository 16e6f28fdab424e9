using System.Globalization;
using System.Text;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Idempotency;

namespace TaskApi.AspNetCore.Api.Docs;

/// <summary>What the API description says of the service as a whole.</summary>
internal static class ServiceDescription
{
    public const string OneTask = "One task";
    public const string ManyTasks = "Many tasks";
    public const string Work = "Work";
    public const string Schedules = "Schedules";
    public const string Queues = "Queues";
    public const string Events = "Events";
    public const string Health = "Health";

    private const string Overview = """
        A task runs your coroutine, now or later: in a worker that asks for it, or in a handler of the service's own program. It can be
        awaited, gathered with others, polled, rescheduled and cancelled, in asyncio's words. The simplest kind of task is a delayed message.

        A message needs no code:

        1. `POST /tasks` with `{"message":"Hei","delaySeconds":30}` answers `202`: the timer is armed, and `Location` says where the task is.
        2. `GET /tasks/{id}` shows it; with `?waitSeconds=60` the answer comes the moment it is done.
        3. `GET /tasks/{id}/result` gives `{"id":"…","result":"09:00:30 Hei"}`; before that it's `409`, with `Retry-After`.
        4. `DELETE /tasks/{id}` cancels it while it is not done; its state is final from then on.

        A coroutine, with you as its worker:

        1. `POST /tasks` with `{"type":"resize","input":{"url":"a.png","width":320}}`, one of its examples: it waits in the queue `resize`.
        2. `POST /work/acquire` with `{"worker":"laptop-1","queues":["resize"]}`: it is running, and its `lease.token` is yours.
        3. `POST /work/heartbeat` keeps the lease, tells progress, and hears of a cancellation.
        4. `POST /work/finish` with the token and a `result` or an `error`: whoever waits for the task has it at once.

        "Try it out" works with every example unedited: where an example has a task id, this page sends the id of the task you created last,
        and where it has a token, that of the task you acquired last.
        Every error is `application/problem+json`; the schema `ProblemDocument` lists the types.
        """;

    /// <summary>The sections, in their order.</summary>
    public static IReadOnlyDictionary<string, string> Tags { get; } = new Dictionary<string, string>
    {
        [OneTask] = "Create, get, await, reschedule, cancel and rerun one task, and get its result.",
        [ManyTasks] = "Create, list, await, count, cancel and rerun many tasks at once.",
        [Work] = "For workers: get tasks to run, keep them, and tell how they ended.",
        [Queues] = "Bound how many tasks run at once, or start in a period; pause, and see what waits.",
        [Schedules] = "Have tasks created at the times of a cron expression, or at intervals.",
        [Events] = "Follow tasks live.",
        [Health] = "For orchestrators and load balancers.",
    };

    /// <summary>The API as it is described.</summary>
    public static DescribedApi Api => new()
    {
        Info = Info,
        Tags = Tags,
        Example = ProblemExamples.Of,
        Inside = [WorkProblems.LeaseLostType, WorkProblems.ResultTooLargeType],
        Show = ProblemExamples.ToDocument,
        Conventions = AddConventions,
    };

    /// <summary>Title, version, licence and overview.</summary>
    public static OpenApiInfo Info => new()
    {
        Title = "TaskApi",
        Version = typeof(ServiceDescription).Assembly.GetName().Version!.ToString(3),
        Description = Overview,
        Contact = new() { Name = "Whoever runs this service" },
        License = new() { Name = "MIT", Url = new("https://opensource.org/license/mit") },
    };

    /// <summary>The catalogue of problems as a table.</summary>
    public static string ProblemTable()
    {
        var table = new StringBuilder("The body of every error (RFC 9457). The types:\n\n| status | type | meaning |\n|---|---|---|\n");
        foreach (var problem in ProblemCatalogue.All)
            table.Append(CultureInfo.InvariantCulture, $"| {problem.Status} | `{problem.Uri}` | {problem.Title} |\n");
        return table.ToString();
    }

    private static void AddConventions(SwaggerGenOptions description)
    {
        description.IncludeXmlComments(typeof(ServiceDescription).Assembly);
        description.IncludeXmlComments(typeof(TaskState).Assembly);
        description.MapType<RawJson>(static () => new OpenApiSchema());
        description.MapType<TextOrJson>(static () => new OpenApiSchema());
        description.MapType<LeaseText>(static () => new OpenApiSchema { Type = JsonSchemaType.String });
        description.MapType<LeaseText?>(static () => new OpenApiSchema { Type = JsonSchemaType.String });
        description.MapType<AfterRequest>(static () => new OpenApiSchema());
        description.SchemaFilter<ContractSchemas>();
        description.OperationFilter<IdempotencyDocs>();
        description.OperationFilter<RouteConventions>();
    }
}
