using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.Bodies;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>Documents the body that a route says it takes (<see cref="AcceptedBody"/>).</summary>
internal sealed class RequestBodies : IOperationFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.Metadata<AcceptedBody>() is not { } taken)
            return;
        var content = new Dictionary<string, IOpenApiMediaType>();
        foreach (var mediaType in taken.MediaTypes)
        {
            content.Add(mediaType, new OpenApiMediaType
            {
                Schema = OpenApiElements.IsStream(mediaType) ? OpenApiElements.Stream() : context.SchemaGenerator.GenerateSchema(taken.Type, context.SchemaRepository),
            });
        }

        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
    }
}
