using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Observability;

/// <summary>What the API description says of the calls with which an orchestrator watches the service.</summary>
internal static class HealthDocs
{
    private const string Tag = ServiceDescription.Health;

    private static readonly ApiExample _healthy = new("healthy", "All is well", new HealthResponse("healthy", []));

    public static readonly OperationDoc Live = new(Tag, "GetLiveness", "Check that the process is running",
        "`200` as long as the process can answer at all.")
    {
        Answers = [new(200, "It is running.") { Examples = [_healthy] }],
    };

    public static readonly OperationDoc Ready = new(Tag, "GetReadiness", "Check that the service accepts work",
        "`503` while the service starts or shuts down, or can't reach the database that it shares with other nodes; `200` otherwise, also when it is degraded because a pending task is overdue, or has waited too long for somebody to run it (`Work:OverdueAlarm`).")
    {
        Answers =
        [
            new(200, "It accepts work.") { Examples = [_healthy, new("degraded", "A task is overdue", new HealthResponse("degraded", ["A pending task is overdue by 7.3 s."]))] },
            new(503, "It accepts none: it is starting or stopping, or can't reach its database.") { Examples = [new("unhealthy", "Stopping", new HealthResponse("unhealthy", ["The service is shutting down."]))] },
        ],
    };
}
