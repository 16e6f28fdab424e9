using Swashbuckle.AspNetCore.SwaggerUI;

namespace TaskApi.Web.OpenApi;

/// <summary>How the UI looks and behaves. It comes with the service, and loads nothing from elsewhere.</summary>
internal static class SwaggerUi
{
    // A bar that only offers a choice among one description.
    private const string Style = "<style>.swagger-ui .topbar { display: none }</style>";

    // No example can have an id that exists, so the page remembers one: that of the task which the last answer was.
    private const string RememberTask = """
        function (response) {
            if (response.obj && response.obj.createdAt) window.lastTaskId = response.obj.id;
            return response;
        }
        """;

    private const string SendTask = $$"""
        function (request) {
            if (window.lastTaskId) {
                request.url = request.url.replaceAll('{{ExampleTasks.Id}}', window.lastTaskId);
                if (typeof request.body === 'string') request.body = request.body.replaceAll('{{ExampleTasks.Id}}', window.lastTaskId);
            }
            return request;
        }
        """;

    /// <summary>Sets the UI up.</summary>
    public static void Configure(SwaggerUIOptions options)
    {
        options.DocumentTitle = "TaskApi";
        options.HeadContent = Style;
        options.EnableDeepLinking();
        options.DisplayRequestDuration();
        options.ShowCommonExtensions();
        options.DefaultModelsExpandDepth(0);
        options.DefaultModelExpandDepth(3);
        options.UseRequestInterceptor(SendTask);
        options.UseResponseInterceptor(RememberTask);
    }
}
