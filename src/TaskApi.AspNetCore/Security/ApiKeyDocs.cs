using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Security;

/// <summary>Describes the two ways to bring a key, on the calls that need one where there are keys; the UI offers them as Authorize.</summary>
internal sealed class ApiKeyDocs(IOptions<SecurityOptions> options) : IOperationFilter
{
    private const string Bearer = "bearer";
    private const string Header = "apiKey";

    /// <summary>Adds the schemes to the description, and this filter.</summary>
    public static void Configure(SwaggerGenOptions description)
    {
        description.AddSecurityDefinition(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            Description = "An API key, as `Authorization: Bearer KEY`. Needed if the service has keys configured; each key sees only its own tasks.",
        });
        description.AddSecurityDefinition(Header, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = PresentedKey.Header,
            Description = $"The same key, as `{PresentedKey.Header}: KEY`.",
        });
        description.OperationFilter<ApiKeyDocs>();
    }

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ProblemMetadata>().Any(static metadata => metadata.Problem == ProblemTypes.Unauthorized))
        {
            operation.Security = [];
            return;
        }

        operation.Security = [Requirement(Bearer, context.Document), Requirement(Header, context.Document)];
        if (!options.Value.NeedsKey)
            operation.Security.Insert(0, []);
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
