using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace TaskApi.Web.OpenApi;

/// <summary>Describes the sections, those that have an operation, and puts every operation's answers in order.</summary>
internal sealed class DocumentDocs : IDocumentFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var operations = swaggerDoc.Paths.Values.SelectMany(static path => path.Operations!.Values).ToArray();
        var used = operations.SelectMany(static operation => operation.Tags!).Select(static tag => tag.Name).ToHashSet();
        swaggerDoc.Tags = new HashSet<OpenApiTag>(
            from tag in ServiceDescription.Tags
            where used.Contains(tag.Key)
            select new OpenApiTag { Name = tag.Key, Description = tag.Value });

        foreach (var operation in operations)
        {
            var responses = operation.Responses!.OrderBy(static response => response.Key, StringComparer.Ordinal).ToArray();
            operation.Responses!.Clear();
            foreach (var (status, response) in responses)
                operation.Responses.Add(status, response);
        }
    }
}
