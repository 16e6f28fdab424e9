using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Configuration;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>Says that a route takes <c>Idempotency-Key</c>; the API description is made from it.</summary>
internal sealed class IdempotentMetadata
{
    /// <summary>The one there is.</summary>
    public static readonly IdempotentMetadata Instance = new();
}

internal static class IdempotencyRouteExtensions
{
    /// <summary>Lets callers of a route that creates make their call once only, by <c>Idempotency-Key</c>. Its handler creates by <see cref="IdempotentCreation"/>.</summary>
    public static RouteHandlerBuilder WithIdempotency(this RouteHandlerBuilder route)
    {
        route.WithMetadata(IdempotentMetadata.Instance).WithProblems(IdempotencyProblems.KeyReusedType);
        route.Finally(static endpoint =>
        {
            var services = endpoint.ApplicationServices;
            var pattern = $"{endpoint.Metadata.OfType<IHttpMethodMetadata>().First().HttpMethods[0]} {((RouteEndpointBuilder)endpoint).RoutePattern.RawText}";
            endpoint.RequestDelegate = new IdempotentEndpoint(
                endpoint.RequestDelegate!, pattern, services.GetRequiredService<IdempotencyAttempts>(), services.GetRequiredService<TaskWaiter>()).InvokeAsync;
        });
        return route;
    }

    /// <summary>Registers what lets calls with a key take effect once.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services)
    {
        services.AddSettings<IdempotencyOptions>("Tasks");
        return services.AddSingleton<IdempotencyAttempts>().AddSingleton<IdempotentCreation>();
    }
}
