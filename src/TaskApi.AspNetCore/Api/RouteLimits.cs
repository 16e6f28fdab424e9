using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api;

internal static class RouteLimits
{
    /// <summary>Limits every route of a group: its bodies, and how many of its calls are held open. Applied when all routes are mapped, whatever they say.</summary>
    public static TBuilder WithLimits<TBuilder>(this TBuilder group)
        where TBuilder : IEndpointConventionBuilder
    {
        group.WithProblems(ProblemTypes.RateLimited, ProblemTypes.CapacityReached).Finally(static endpoint =>
        {
            var services = endpoint.ApplicationServices;
            var limits = services.GetRequiredService<IOptions<LimitOptions>>().Value;
            endpoint.Metadata.Add(new BodyLimit(endpoint.Metadata.Contains(BodyLimit.Batch) ? limits.MaxBatchBodyBytes : limits.MaxBodyBytes));
            endpoint.RequestDelegate = new HeldOpenEndpoint(
                endpoint.RequestDelegate!, endpoint.Metadata.OfType<HeldOpen>().LastOrDefault(), services.GetRequiredService<OpenCalls>()).InvokeAsync;
        });
        return group;
    }
}
