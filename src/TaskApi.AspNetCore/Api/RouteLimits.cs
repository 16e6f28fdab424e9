using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api;

internal static class RouteLimits
{
    /// <summary>The most outcomes that a worker may tell at once.</summary>
    public const int MaxOutcomes = 1000;

    /// <summary>Limits every route of a group: its bodies, and how many of its calls are held open. Applied when all routes are mapped, whatever they say.</summary>
    public static TBuilder WithLimits<TBuilder>(this TBuilder group)
        where TBuilder : IEndpointConventionBuilder
    {
        group.WithProblems(ProblemTypes.RateLimited, ProblemTypes.CapacityReached).Finally(static endpoint =>
        {
            var services = endpoint.ApplicationServices;
            var limits = services.GetRequiredService<IOptions<LimitOptions>>().Value;
            endpoint.Metadata.Add(new BodyLimit(
                endpoint.Metadata.Contains(BodyLimit.Batch) ? limits.MaxBatchBodyBytes
                : endpoint.Metadata.Contains(BodyLimit.Outcomes) ? Math.Max(limits.MaxBatchBodyBytes, OutcomesBytes(services.GetRequiredService<IOptions<WorkOptions>>().Value))
                : limits.MaxBodyBytes));
            endpoint.RequestDelegate = new HeldOpenEndpoint(
                endpoint.RequestDelegate!, endpoint.Metadata.OfType<HeldOpen>().LastOrDefault(), services.GetRequiredService<OpenCalls>()).InvokeAsync;
        });
        return group;
    }

    // What is beside a result takes less. Such a body counts as memory that calls hold, as any does.
    private static long OutcomesBytes(WorkOptions work) => (long)MaxOutcomes * (work.MaxResultBytes + (1 << 10));
}
