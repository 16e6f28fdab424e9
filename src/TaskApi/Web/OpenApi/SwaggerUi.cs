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
            request.userFetch = {{FetchStreams}};
            return request;
        }
        """;

    // The UI shows an answer when it has ended, and a stream of events need not end: what comes within ten seconds has to do.
    private const string FetchStreams = """
        function (url, options) {
            return fetch(url, options).then(function (response) {
                if ((response.headers.get('Content-Type') || '').indexOf('text/event-stream') < 0) return response;
                var reader = response.body.getReader(), decoder = new TextDecoder(), text = '';
                var timeOver = new Promise(function (resolve) { setTimeout(resolve, 10000, { done: true }); });
                function read(part) {
                    if (part.done) {
                        reader.cancel();
                        return new Response(text, response);
                    }
                    text += decoder.decode(part.value, { stream: true });
                    return Promise.race([reader.read(), timeOver]).then(read);
                }
                return Promise.race([reader.read(), timeOver]).then(read);
            });
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
