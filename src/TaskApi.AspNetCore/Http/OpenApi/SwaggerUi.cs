using Microsoft.AspNetCore.Http.HttpResults;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>How the UI looks and behaves. It comes with the service, and loads nothing from elsewhere.</summary>
internal static class SwaggerUi
{
    /// <summary>Where <see cref="GetScript"/> is.</summary>
    public const string ScriptPath = "/swagger/" + ScriptName;

    private const string ScriptName = "taskapi.js";

    // A bar that only offers a choice among one description. And in the dark, texts that keep the colours of the light: they can hardly be read there.
    private const string Style = """
        <style>
        .swagger-ui .topbar { display: none }
        html.dark-mode .swagger-ui :is(.examples-select__section-label, .header-col) { color: #e4e6e6 !important }
        html.dark-mode .swagger-ui :is(.parameter__extension, .parameter__deprecated) { color: #b4bcbc !important }
        html.dark-mode .swagger-ui ::placeholder { color: #b4bcbc !important }
        html.dark-mode .swagger-ui .btn.cancel { color: #ff9b9b !important }
        html.dark-mode .swagger-ui .microlight span[style*="211, 99, 99"] { color: #ff9b9b !important }
        </style>
        """;

    /// <summary>Sets the UI up.</summary>
    public static void Configure(SwaggerUIOptions options)
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

    /// <summary>The script that the page is extended by.</summary>
    public static FileStreamHttpResult GetScript(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Stream(typeof(SwaggerUi).Assembly.GetManifestResourceStream(ScriptName)!, "text/javascript");
    }
}
