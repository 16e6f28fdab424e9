using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Configuration;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>Says that a route takes <c>Idempotency-Key</c>; the API description is made from it.</summary>
/// <param name="hasBody">False if the call says by its path and its query alone what it wants.</param>
internal sealed class IdempotentMetadata(bool hasBody)
{
    /// <inheritdoc cref="IdempotentMetadata"/>
    public bool HasBody => hasBody;
}

internal static class IdempotencyRouteExtensions
{
    /// <summary>Lets callers of a route that creates make their call once only, by <c>Idempotency-Key</c>. Its handler creates by <see cref="IdempotentCreation"/>.</summary>
    /// <param name="route">The route.</param>
    /// <param name="hasBody">False if the call says by its path and its query alone what it wants.</param>
    public static RouteHandlerBuilder WithIdempotency(this RouteHandlerBuilder route, bool hasBody = true)
    {
        route.WithMetadata(new IdempotentMetadata(hasBody)).WithProblems(IdempotencyProblems.KeyReusedType);
        route.Finally(static endpoint =>
        {
            var services = endpoint.ApplicationServices;
            var pattern = $"{endpoint.Metadata.OfType<IHttpMethodMetadata>().First().HttpMethods[0]} {((RouteEndpointBuilder)endpoint).RoutePattern.RawText}";
            endpoint.RequestDelegate = new IdempotentEndpoint(
                endpoint.RequestDelegate!, pattern, services.GetRequiredService<IdempotencyAttempts>(), services.GetRequiredService<TaskWaiter>(), endpoint.Metadata.OfType<IdempotentMetadata>().Last().HasBody).InvokeAsync;
        });
        return route;
    }

    /// <summary>Registers what lets calls with a key take effect once.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services)
    {
        services.AddSettings<IdempotencyOptions>("Tasks");
        return services.AddSingleton<IdempotencyAttempts>().AddSingleton<IdempotentCreation>().AddSingleton<IdempotentEffect>();
    }
}
