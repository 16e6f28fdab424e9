using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.AspNetCore.Observability;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>In which order a call passes through TaskApi, from the path that it is under to its answer.</summary>
internal static class TaskApiPipeline
{
    /// <summary>Makes the pipeline, with routes of its own.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="guard">Adds what else may refuse a call, before anybody asks for a key; null for nothing.</param>
    public static RequestDelegate Build(IServiceProvider services, Action<IApplicationBuilder>? guard = null)
    {
        var app = new ApplicationBuilder(services);
        app.UsePathPrefix();
        app.UseRouting();
        app.UseMiddleware<RequestLogging>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<NoStoreMiddleware>();
        app.UseSecurity(guard);
        app.UseMiddleware<AcceptMiddleware>();
        app.UseMiddleware<QueryMiddleware>();

        // The routes come after UseEndpoints has seen that there are none: it would add them to those of the program, where its API description,
        // its links and the names of its routes are made from them.
        IEndpointRouteBuilder routes = null!;
        app.UseEndpoints(endpoints => routes = endpoints);
        routes.MapAll();
        foreach (var further in services.GetServices<AdditionalRoutes>())
            further.Map(routes);
        services.GetRequiredService<ApiRoutes>().Source = new CompositeEndpointDataSource(routes.DataSources);
        return app.Build();
    }
}
