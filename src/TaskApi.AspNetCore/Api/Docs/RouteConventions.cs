using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Docs;

/// <summary>
/// Documents what follows from how a route is made: the id in its path, entity tags where it can answer <c>304</c>, and the
/// media types that it offers.
/// </summary>
internal sealed class RouteConventions : IOperationFilter
{
    private const string OkStatus = "200";
    private const string NotModifiedStatus = "304";
    private const string PreconditionFailedStatus = "412";

    private static readonly ApiParameter _ifNoneMatch = new("If-None-Match", "The `ETag` you have: if the task hasn't changed since, the answer is `304` without a body.") { InHeader = true };

    private static readonly ApiParameter _ifMatch = new("If-Match", "The `ETag` you have: if it has changed since, the answer is `412` and nothing happens. Separate several by commas; `*` matches anything that is there, a weak one (`W/`) none. `If-None-Match` is obeyed too.") { InHeader = true };

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var parameter in (operation.Parameters ??= []).OfType<OpenApiParameter>().Where(static parameter => parameter is { In: ParameterLocation.Path, Name: "id" }))
            DescribeId(parameter);
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(static parameter => parameter is { In: ParameterLocation.Path, Name: "name" }))
            DescribeName(parameter, ofQueue: context.ApiDescription.RelativePath?.EndsWith("queues/{name}", StringComparison.Ordinal) is true);

        if (operation.Responses!.ContainsKey(NotModifiedStatus))
        {
            operation.Parameters.Add(OperationDocs.ToParameter(_ifNoneMatch, context));
            foreach (var response in operation.Responses(static status => status < StatusCodes.Status400BadRequest))
                response.Add(TaskHeaders.ETag, context.Document);
        }

        if (operation.Responses.ContainsKey(PreconditionFailedStatus))
        {
            operation.Parameters.Add(OperationDocs.ToParameter(_ifMatch, context));
            if (operation.Responses.ContainsKey(OkStatus))
                operation.Response(StatusCodes.Status200OK).Add(TaskHeaders.ETag, context.Document);
        }

        if (context.Metadata<OfferedMedia>() is { } offered)
            Offer(offered, operation, context);
        foreach (var response in operation.Responses.Values.OfType<OpenApiResponse>())
            DescribeStreams(response, context.Document);
    }

    private static void DescribeId(OpenApiParameter parameter)
    {
        parameter.Description = "The task's `id`, from the answer that created it: create one first. A malformed id counts as unknown.";
        parameter.Example = JsonValue.Create(ExampleTasks.Id);
        ((OpenApiSchema)parameter.Schema!).Format = "uuid";
    }

    private static void DescribeName(OpenApiParameter parameter, bool ofQueue)
    {
        parameter.Description = ofQueue ? "The queue's name." : "The schedule's name.";
        parameter.Example = JsonValue.Create(ofQueue ? ExampleTasks.Queue : ExampleTasks.Schedule);
        ((OpenApiSchema)parameter.Schema!).Describe(FieldRules.Label);
    }

    private static void Offer(OfferedMedia offered, OpenApiOperation operation, OperationFilterContext context)
    {
        var typed = operation.Responses(static status => status < StatusCodes.Status300MultipleChoices).SelectMany(static response => response.Content?.Keys ?? []).ToHashSet();
        foreach (var type in offered.Types.Except(typed))
            (operation.Response(StatusCodes.Status200OK).Content ??= new Dictionary<string, IOpenApiMediaType>()).Add(type, new OpenApiMediaType { Schema = Text() });

        if (offered.Types.Length == 1 || context.ApiDescription.HttpMethod != HttpMethods.Get)
            return;
        foreach (var response in operation.Responses(static _ => true))
            response.Add(ApiHeader.Vary, context.Document);
    }

    private static void DescribeStreams(OpenApiResponse response, OpenApiDocument document)
    {
        foreach (var (_, media) in response.Content?.Where(static content => OpenApiElements.IsStream(content.Key)) ?? [])
        {
            ((OpenApiMediaType)media).Schema = OpenApiElements.Stream();
            response.Add(ApiHeader.NotBuffered, document);
        }
    }

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
}
