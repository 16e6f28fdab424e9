using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>Writes what <see cref="OperationDoc"/> says into the description.</summary>
internal sealed class OperationDocs(IOptions<ApiJsonOptions> json, TimeProvider timeProvider) : IOperationFilter
{
    // With these a call is answered before anything is done for it.
    private static readonly int[] _refusals =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status406NotAcceptable, StatusCodes.Status408RequestTimeout, StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status500InternalServerError,
    ];

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.Metadata<OperationDoc>() is not { } doc)
            return;

        operation.Parameters ??= [];
        foreach (var parameter in doc.Parameters)
            operation.Parameters.Add(ToParameter(parameter, context));
        foreach (var example in doc.Bodies?.Invoke(timeProvider.GetUtcNow()) ?? [])
            Add(example, operation.RequestBody!.Content!);
        foreach (var answer in doc.Answers)
            Describe(operation.Response(answer.Status), answer, context);
        foreach (var confirmation in doc.Parameters.Select(static parameter => parameter.Confirmation).OfType<ApiHeader>())
        {
            foreach (var response in operation.Responses(static status => !_refusals.Contains(status)))
                response.Add(confirmation, context.Document);
        }
    }

    /// <summary>The parameter in the description.</summary>
    public static OpenApiParameter ToParameter(ApiParameter parameter, OperationFilterContext context)
    {
        var schema = context.SchemaGenerator.GenerateSchema(parameter.Type, context.SchemaRepository);
        if (schema is OpenApiSchema own)
        {
            own.Format = null;
            own.Minimum = parameter.Minimum?.ToString(CultureInfo.InvariantCulture);
            own.Maximum = parameter.Maximum?.ToString(CultureInfo.InvariantCulture);
            if (parameter.Rule is { } rule)
                own.Add(rule);
            own.Default = JsonSerializer.SerializeToNode(parameter.Default);
            own.Enum = parameter.Values is { } values ? [.. values.Select(static value => JsonSerializer.SerializeToNode(value)!)] : null;
        }

        return new()
        {
            Name = parameter.Name,
            In = parameter.InHeader ? ParameterLocation.Header : ParameterLocation.Query,
            Description = parameter.Description,
            Schema = schema,
            Example = parameter.Example is { } example ? JsonValue.Create(example) : null,
        };
    }

    private void Describe(OpenApiResponse response, AnswerDoc answer, OperationFilterContext context)
    {
        response.Description = answer.Description ?? response.Description;
        foreach (var header in answer.Headers)
            response.Add(header, context.Document);
        foreach (var example in answer.Examples)
            Add(example, response.Content!);
    }

    private void Add(ApiExample example, IDictionary<string, IOpenApiMediaType> content)
    {
        var media = (OpenApiMediaType)content[example.MediaType];
        media.Examples ??= new Dictionary<string, IOpenApiExample>();
        media.Examples.Add(example.Name, new OpenApiExample { Summary = example.Summary, Value = ToNode(example) });
    }

    private JsonNode? ToNode(ApiExample example) => example switch
    {
        { Value: string text, MediaType: MediaTypeNames.Application.Json } => JsonNode.Parse(text),
        { Value: string text } => JsonValue.Create(text),
        { Value: ExampleEvent[] events } => JsonValue.Create(string.Concat(events.Select(ToText))),
        { Value: object[] lines, MediaType: MediaTypes.NdJson } => JsonValue.Create(string.Concat(lines.Select(line => ToText(line) + "\n"))),
        _ => JsonSerializer.SerializeToNode(example.Value, json.Value.SerializerOptions.GetTypeInfo(example.Value.GetType())),
    };

    private string ToText(ExampleEvent happened)
    {
        var id = happened.Id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
        return $"{id}event: {happened.Name}\ndata: {ToText(happened.Data)}\n\n";
    }

    private string ToText(object contract) => JsonSerializer.Serialize(contract, json.Value.SerializerOptions.GetTypeInfo(contract.GetType()));
}
