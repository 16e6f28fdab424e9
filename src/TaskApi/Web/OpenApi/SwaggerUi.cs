using Microsoft.AspNetCore.Http.HttpResults;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace TaskApi.Web.OpenApi;

/// <summary>How the UI looks and behaves. It comes with the service, and loads nothing from elsewhere.</summary>
internal static class SwaggerUi
{
    private const string ScriptName = "taskapi.js";

    // A bar that only offers a choice among one description.
    private const string Style = "<style>.swagger-ui .topbar { display: none }</style>";

    /// <summary>Maps the page and what it loads. As endpoints: no other call passes through their middleware.</summary>
    public static void MapSwaggerUi(this IEndpointRouteBuilder routes)
    {
        routes.MapSwaggerUI(setupAction: Configure).WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])).ExcludeFromDescription();
        routes.MapRead($"/swagger/{ScriptName}", GetScript).ExcludeFromDescription();
    }

    private static void Configure(SwaggerUIOptions options)
    {
        options.DocumentTitle = "TaskApi";
        options.HeadContent = Style;
        options.InjectJavascript($"./{ScriptName}");
        options.ConfigObject.Plugins = ["TaskApi.plugin"];
        options.UseRequestInterceptor("function (request) { return TaskApi.send(request); }");
        options.UseResponseInterceptor("function (response) { return TaskApi.remember(response); }");
        options.EnableDeepLinking();
        options.DisplayRequestDuration();
        options.ShowCommonExtensions();
        options.DefaultModelsExpandDepth(0);
        options.DefaultModelExpandDepth(3);
    }

    private static FileStreamHttpResult GetScript(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Stream(typeof(SwaggerUi).Assembly.GetManifestResourceStream(ScriptName)!, "text/javascript");
    }
}
