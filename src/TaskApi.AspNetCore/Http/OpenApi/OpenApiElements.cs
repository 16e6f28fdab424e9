using System.Globalization;
using System.Text.Json;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>What the filters have in common.</summary>
internal static class OpenApiElements
{
    /// <summary>The endpoint's metadata of a type: what the route says goes before what its group says.</summary>
    public static T? Metadata<T>(this OperationFilterContext context)
        where T : class => context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<T>().LastOrDefault();

    /// <summary>The operation's response for a status, added if need be.</summary>
    public static OpenApiResponse Response(this OpenApiOperation operation, int status)
    {
        var key = status.ToString(CultureInfo.InvariantCulture);
        if (operation.Responses!.TryGetValue(key, out var response))
            return (OpenApiResponse)response;
        var added = new OpenApiResponse();
        operation.Responses.Add(key, added);
        return added;
    }

    /// <summary>The operation's responses with these statuses.</summary>
    public static IEnumerable<OpenApiResponse> Responses(this OpenApiOperation operation, Func<int, bool> has) =>
        from response in operation.Responses
        where has(int.Parse(response.Key, CultureInfo.InvariantCulture))
        select (OpenApiResponse)response.Value;

    /// <summary>True for the media types of streams.</summary>
    public static bool IsStream(string mediaType) => mediaType is MediaTypes.NdJson or MediaTypes.EventStream;

    /// <summary>
    /// The schema of a stream. OpenAPI 3.0 can't say what its lines and events are made of; as <c>binary</c>, clients that are generated
    /// give and take it as a stream, where they would parse a string as JSON.
    /// </summary>
    public static OpenApiSchema Stream() => new() { Type = JsonSchemaType.String, Format = "binary" };

    /// <summary>Adds a header to a response, by reference to the one description of it.</summary>
    public static void Add(this OpenApiResponse response, ApiHeader header, OpenApiDocument document)
    {
        document.AddComponent<IOpenApiHeader>(header.Name, new OpenApiHeader
        {
            Description = header.Description,
            Schema = new OpenApiSchema { Type = header.Example is int ? JsonSchemaType.Integer : JsonSchemaType.String, Minimum = header.Example is int ? "1" : null },
            Example = JsonSerializer.SerializeToNode(header.Example),
        });
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers[header.Name] = new OpenApiHeaderReference(header.Name, document);
    }
}
