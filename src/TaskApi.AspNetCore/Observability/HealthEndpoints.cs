using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Observability;

/// <summary>How the service fares.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Reasons">Why it isn't healthy; empty if it is.</param>
internal sealed record HealthResponse([property: RegularExpression("^(healthy|degraded|unhealthy)$")] string Status, IReadOnlyList<string> Reasons);

/// <summary>The calls with which an orchestrator watches the service.</summary>
internal static class HealthEndpoints
{
    /// <summary>How their paths begin.</summary>
    public const string Prefix = "/health";

    private static readonly HealthResponse _alive = new("healthy", []);

    /// <summary>Maps the calls.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup(Prefix).WithProblems(ProblemTypes.InvalidRequest, ProblemTypes.InternalError);
        health.MapMethods("/live", ReadMethods.All, GetLive).WithDoc(HealthDocs.Live);
        health.MapMethods("/ready", ReadMethods.All, GetReadyAsync).WithDoc(HealthDocs.Ready).Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
    }

    private static OkJson<HealthResponse> GetLive() => JsonResults.Ok(_alive);

    private static async Task<Results<OkJson<HealthResponse>, JsonHttpResult<HealthResponse>>> GetReadyAsync(
        IHostApplicationLifetime lifetime, PrivateServices services, IOptions<ApiJsonOptions> json, CancellationToken cancellationToken)
    {
        // Not checks like the others: those log an error when they say no, and starting and stopping are none.
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return Unhealthy(json, "The service is shutting down.");
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return Unhealthy(json, "The service is starting.");

        var report = await services.Provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);
        // A check that throws describes itself by its exception's message, which is for the log alone.
        var reasons = report.Entries
            .Select(static check => check.Value.Exception is null ? check.Value.Description : $"The check '{check.Key}' failed.")
            .OfType<string>().ToArray();
        return report.Status == HealthStatus.Unhealthy
            ? Unhealthy(json, reasons)
            : JsonResults.Ok(new HealthResponse(report.Status.ToString().ToLowerInvariant(), reasons));
    }

    private static JsonHttpResult<HealthResponse> Unhealthy(IOptions<ApiJsonOptions> json, params string[] reasons) =>
        TypedResults.Json(new HealthResponse("unhealthy", reasons), json.Value.SerializerOptions, statusCode: StatusCodes.Status503ServiceUnavailable);
}
