using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace TaskApi.Web.OpenApi;

/// <summary>
/// Documents what follows from how a route is made: the id in its path, entity tags where it can answer <c>304</c>, and the
/// media types that it offers.
/// </summary>
internal sealed class RouteConventions : IOperationFilter
{
    private const string NotModifiedStatus = "304";

    private static readonly ApiParameter _ifNoneMatch = new("If-None-Match", "The `ETag` of the task as the client has it: if it is still the same, the answer is `304` without a body.") { InHeader = true };

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var parameter in (operation.Parameters ??= []).OfType<OpenApiParameter>().Where(static parameter => parameter is { In: ParameterLocation.Path, Name: "id" }))
            DescribeId(parameter);

        if (operation.Responses!.ContainsKey(NotModifiedStatus))
        {
            operation.Parameters.Add(OperationDocs.ToParameter(_ifNoneMatch, context));
            foreach (var response in operation.Responses(static status => status < StatusCodes.Status400BadRequest))
                response.Add(ApiHeader.ETag, context.Document);
        }

        if (context.Metadata<OfferedMedia>() is { } offered)
        {
            Offer(offered, operation.Response(StatusCodes.Status200OK));
            foreach (var response in operation.Responses(_ => offered.Types.Length > 1))
                response.Add(ApiHeader.Vary, context.Document);
        }
    }

    private static void DescribeId(OpenApiParameter parameter)
    {
        parameter.Description = "The task's `id`, from the answer to its creation: create one first. A malformed id counts as unknown.";
        parameter.Example = JsonValue.Create(ExampleTasks.Id);
        ((OpenApiSchema)parameter.Schema!).Format = "uuid";
    }

    private static void Offer(OfferedMedia offered, OpenApiResponse response)
    {
        response.Content ??= new Dictionary<string, IOpenApiMediaType>();
        foreach (var type in offered.Types)
            response.Content.TryAdd(type, new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        foreach (var type in response.Content.Keys.Except(offered.Types).ToArray())
            response.Content.Remove(type);
    }
}
