using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>The API description, <c>/swagger/v1/swagger.json</c>, and its UI, <c>/swagger</c>. Both are made when they are asked for.</summary>
internal static class OpenApiSetup
{
    private const string Version = "v1";

    /// <summary>Registers what makes the description.</summary>
    /// <param name="services">Where to: services of TaskApi's own, for a program has one description, or its own ones.</param>
    /// <param name="api">What is described.</param>
    public static void AddApiDescription(this IServiceCollection services, DescribedApi api)
    {
        services.AddSingleton(api);
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Version, api.Info);
            options.DocInclusionPredicate(static (_, call) => call.HttpMethod != HttpMethods.Head);
            // In the order of the routes.
            options.OrderActionsBy(static _ => "");
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.UseAllOfToExtendReferenceSchemas();
            options.OperationFilter<RequestBodies>();
            options.OperationFilter<ProblemResponses>();
            api.Conventions(options);
            options.OperationFilter<OperationDocs>();
            options.DocumentFilter<ProblemResponses>();
            options.DocumentFilter<DocumentDocs>();
        });
    }

    /// <summary>Maps the description and the UI: as an endpoint, so that no other call passes through their middleware, which is made for the first caller.</summary>
    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider.GetRequiredService<PrivateServices>();
        var pipeline = new Lazy<RequestDelegate>(() => new ApplicationBuilder(services.Provider).UseSwagger().UseSwaggerUI(SwaggerUi.Configure).Build());
        routes.MapMethods("/swagger/{**path}", ReadMethods.All, async context =>
        {
            // It would pass on a call that has an endpoint already.
            context.SetEndpoint(null);
            var program = context.RequestServices;
            await using var scope = services.Provider.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            try
            {
                await pipeline.Value(context);
            }
            finally
            {
                context.RequestServices = program;
            }
        }).ExcludeFromDescription();
        routes.MapMethods(SwaggerUi.ScriptPath, ReadMethods.All, SwaggerUi.GetScript).ExcludeFromDescription();
    }
}
