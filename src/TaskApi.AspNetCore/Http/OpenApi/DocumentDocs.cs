using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>Describes the sections, those that have an operation, and puts every operation's parameters and answers in order.</summary>
internal sealed class DocumentDocs(DescribedApi api) : IDocumentFilter
{
    private static readonly ParameterLocation?[] _places = [ParameterLocation.Path, ParameterLocation.Query, ParameterLocation.Header];

    /// <summary>The answer <c>200</c> to a streamed body, where another is answered otherwise.</summary>
    private const string StreamedAnswer = "x-answer-200-streamed";

    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var operations = swaggerDoc.Paths.Values.SelectMany(static path => path.Operations!.Values).ToArray();
        var used = operations.SelectMany(static operation => operation.Tags!).Select(static tag => tag.Name).ToHashSet();
        swaggerDoc.Tags = new HashSet<OpenApiTag>(
            from tag in api.Tags
            where used.Contains(tag.Key)
            select new OpenApiTag { Name = tag.Key, Description = tag.Value });

        // This host, whichever it is; where the service stands behind a path, that is named already.
        if (swaggerDoc.Servers is null or { Count: 0 })
            swaggerDoc.Servers = [new() { Url = "/" }];

        foreach (var operation in operations)
        {
            operation.Parameters = operation.Parameters?.OrderBy(static parameter => Array.IndexOf(_places, parameter.In)).ToList();
            foreach (var response in operation.Responses(static _ => true))
            {
                response.Add(ApiHeader.CacheControl, swaggerDoc);
                response.Add(ApiHeader.Access, swaggerDoc);
            }

            var responses = operation.Responses!.OrderBy(static response => response.Key, StringComparer.Ordinal).ToArray();
            operation.Responses!.Clear();
            foreach (var (status, response) in responses)
                operation.Responses.Add(status, response);
            SetStreamApart(operation);
        }
    }

    // Generators take 200 for the answer that a call is made for, and any other for an exception if it isn't of the same type. Where 200 is
    // what only a streamed body gets, it is described aside, so that the call with an ordinary body has its ordinary answer.
    private static void SetStreamApart(OpenApiOperation operation)
    {
        if (operation.RequestBody is not { Content: { Count: > 1 } taken } || !taken.Keys.Any(OpenApiElements.IsStream)
            || operation.Responses!["200"] is not { Content: { } content } streamed || !content.Keys.All(OpenApiElements.IsStream))
        {
            return;
        }

        operation.Responses.Remove("200");
        operation.Extensions = new Dictionary<string, IOpenApiExtension> { [StreamedAnswer] = new DescribedResponse(streamed) };
    }

    private sealed class DescribedResponse(IOpenApiResponse response) : IOpenApiExtension
    {
        public void Write(IOpenApiWriter writer, OpenApiSpecVersion specVersion) => response.SerializeAsV3(writer);
    }
}
