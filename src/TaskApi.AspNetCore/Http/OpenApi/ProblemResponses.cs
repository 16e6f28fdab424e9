using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>Documents the problems that a route says it may answer with, by status, each with an example under its name.</summary>
internal sealed class ProblemResponses(IOptions<ApiJsonOptions> json, DescribedApi api) : IOperationFilter, IDocumentFilter
{
    private const string OtherProblems = "x-problems-elsewhere";

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var problems = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ProblemMetadata>().Select(static metadata => metadata.Problem).Distinct();
        foreach (var sameStatus in problems.GroupBy(static problem => problem.Status))
        {
            operation.Responses![sameStatus.Key.ToString(CultureInfo.InvariantCulture)] =
                ToResponse([.. sameStatus], context.SchemaGenerator.GenerateSchema(typeof(ProblemDocument), context.SchemaRepository), context.Document);
        }
    }

    /// <summary>Adds the problems of paths and methods that there are not, and those that stand within answers: no operation is answered with them, so OpenAPI has no place for them but an extension.</summary>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var problems = new JsonArray([.. ((ProblemType[])[ProblemTypes.NotFound, ProblemTypes.MethodNotAllowed, .. api.Inside]).Select(ToNode)]);
        (swaggerDoc.Extensions ??= new Dictionary<string, IOpenApiExtension>())[OtherProblems] = new JsonNodeExtension(problems);
    }

    private OpenApiResponse ToResponse(ProblemType[] problems, IOpenApiSchema schema, OpenApiDocument document)
    {
        var examples = problems.ToDictionary(static problem => problem.Name, IOpenApiExample (problem) => ExampleOf(problem, document));
        var response = new OpenApiResponse
        {
            Description = string.Join("\n\n", problems.Select(static problem => $"`{problem.Name}`: {problem.Title}")),
            Content = new Dictionary<string, IOpenApiMediaType> { [ProblemResult.MediaType] = new OpenApiMediaType { Schema = schema, Examples = examples } },
        };
        if (problems.Any(problem => api.Example(problem).RetryAfterSeconds is not null))
            response.Add(ApiHeader.RetryAfter, document);
        if (problems.Contains(ProblemTypes.Unauthorized))
            response.Add(ApiHeader.Challenge, document);
        if (problems.Contains(ProblemTypes.UnsupportedMediaType))
        {
            response.Add(ApiHeader.Accept, document);
            response.Add(ApiHeader.AcceptEncoding, document);
        }

        return response;
    }

    private OpenApiExampleReference ExampleOf(ProblemType problem, OpenApiDocument document)
    {
        document.AddComponent<IOpenApiExample>(problem.Name, new OpenApiExample { Summary = problem.Name, Value = ToNode(problem) });
        return new OpenApiExampleReference(problem.Name, document);
    }

    private JsonNode? ToNode(ProblemType problem) =>
        JsonSerializer.SerializeToNode(api.Show(api.Example(problem)), json.Value.SerializerOptions.GetTypeInfo(typeof(ProblemDocument)));
}
