using Microsoft.AspNetCore.Routing;
using TaskApi.AspNetCore.Api;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Fuzz;

/// <summary>A route of the service, and requests to it that are as they should be, for attacks to begin with.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, with an <c>{id}</c> where it has one.</param>
/// <param name="Operation">What the API description says of it; null if it isn't described, as pages are not.</param>
internal sealed record FuzzedRoute(string Method, string Path, DescribedOperation? Operation)
{
    /// <summary>Stands for a task that there is, in targets and in bodies: the id that the examples have.</summary>
    public const string TaskId = ExampleTasks.Id;

    /// <summary>Every route that the service has, described or not, by method.</summary>
    public static IReadOnlyList<FuzzedRoute> All(EndpointDataSource endpoints, ApiDescription description) =>
    [
        .. from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [HttpMethod.Get.Method]
           let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
           orderby path, method
           select new FuzzedRoute(method, path, description.Find(new HttpMethod(method), path)),
    ];

    /// <summary>A request to this route with a task that there is.</summary>
    public HostileRequest Request => new(Method, Path.Replace("{id}", TaskId, StringComparison.Ordinal));

    /// <summary>The names of the parameters of the query.</summary>
    public IEnumerable<string> QueryParameters =>
        from parameter in Operation?.Parameters ?? []
        where parameter.Text("in") == "query"
        select parameter.Text("name");

    /// <summary>The query that calls to this route have: a bulk cancel has to say of what, and a list need not be long.</summary>
    public string Query => (Method, Path) switch
    {
        ("DELETE", "/tasks") => "?group=greetings",
        ("GET", "/tasks") => "?limit=3",
        _ => "",
    };

    /// <summary>Requests with the bodies that the description gives as examples; none if the route takes no body.</summary>
    public IReadOnlyList<HostileRequest> WithExamples =>
    [
        .. from body in Operation?.Bodies ?? []
           from example in body.Value.GetProperty("examples").EnumerateObject()
           let value = example.Value.GetProperty("value")
           select Request.WithBody(body.Name, value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString()! : value.GetRawText()),
    ];

    /// <summary>A request as it should be, with its first example as the body if there is one.</summary>
    public HostileRequest Best => WithExamples is [var first, ..] ? first : Request with { Target = Request.Target + Query };

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}
