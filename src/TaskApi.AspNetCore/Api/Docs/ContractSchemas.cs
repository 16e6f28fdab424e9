using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Queues;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Docs;

/// <summary>Says of the contracts' schemas what their types don't: which members an answer always has, and how a task looks.</summary>
internal sealed class ContractSchemas(IOptions<ApiJsonOptions> json) : ISchemaFilter
{
    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.MemberInfo is { } field)
        {
            if (field.GetCustomAttribute<RuleAttribute>() is { Rule: var rule } && schema is OpenApiSchema value)
                value.Describe(rule);
            return;
        }

        // What is remarkable about the type is nothing to clients.
        if (context.Type.IsGenericType && context.Type.GetGenericTypeDefinition() == typeof(BoundedList<>))
            schema.Description = null;
        if (schema is not OpenApiSchema { Properties: not null } contract)
            return;

        if (context.Type == typeof(ProblemDocument))
            AddMembers(contract, typeof(ProblemMembers), context, keepNull: false);
        if (context.Type == typeof(LeasedTaskResponse))
            AddMembers(contract, typeof(TaskResponse), context);
        if (IsTask(context.Type))
            AddMembers(contract, typeof(WorkResponse), context);
        // To say of a reference that it may be null means nothing in OpenAPI 3.0: what it refers to has to say so.
        foreach (var reference in contract.Properties.Values.OfType<OpenApiSchema>().Where(static member => member.Type == JsonSchemaType.Null))
            reference.Type = null;
        if (!context.Type.Name.EndsWith("Request", StringComparison.Ordinal))
            DescribeAnswer(contract, context.Type);
        if (IsTask(context.Type))
            DescribeTask(contract);
        if (context.Type == typeof(CallbackRequest))
            DescribeEnds((OpenApiSchema)contract.Properties["on"]);
        if (context.Type == typeof(TaskResponse))
            contract.Examples = [JsonSerializer.SerializeToNode(ExampleTasks.Completed.Value, json.Value.SerializerOptions.GetTypeInfo(typeof(TaskResponse)))!];
        // Wherever it stands, null may stand too.
        if (context.Type == typeof(TaskErrorResponse) || context.Type == typeof(ProgressResponse) || context.Type == typeof(ScheduleOccurrenceResponse) || context.Type == typeof(RetryResponse)
            || context.Type == typeof(UniqueRequest) || context.Type == typeof(CallbackRequest) || context.Type == typeof(AfterResponse) || context.Type == typeof(QueueRateBody))
            contract.Type |= JsonSchemaType.Null;
        if (context.Type == typeof(ProblemDocument))
        {
            contract.Description = ServiceDescription.ProblemTable();
            // RFC 9457, section 3.2: clients ignore members that they don't know.
            contract.AdditionalPropertiesAllowed = true;
        }
    }

    private static bool IsTask(Type type) => type == typeof(TaskResponse) || type == typeof(LeasedTaskResponse);

    // The result is of any type: a message's is a text, a coroutine's what it returned. Long, it is left out, as the input is.
    private static void DescribeTask(OpenApiSchema contract)
    {
        ((OpenApiSchema)contract.Properties!["result"]).Type = null;
        foreach (var member in (ReadOnlySpan<string>)["omitted", "traceparent"])
        {
            if (contract.Properties.TryGetValue(member, out var schema))
                ((OpenApiSchema)schema).Type &= ~JsonSchemaType.Null;
        }

        contract.Required!.Remove("result");
    }

    // Of all states those that are final.
    private static void DescribeEnds(OpenApiSchema states) =>
        (states.Items, states.MinItems) = (new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["completed", "failed", "cancelled"] }, 1);

    // They stand beside the contract's own, each only where it has a meaning (of a problem: RFC 9457, section 3.2).
    private static void AddMembers(OpenApiSchema contract, Type type, SchemaFilterContext context, bool keepNull = true)
    {
        var nullability = new NullabilityInfoContext();
        foreach (var member in type.GetProperties())
        {
            var schema = context.SchemaGenerator.GenerateSchema(member.PropertyType, context.SchemaRepository, member);
            if (schema is OpenApiSchema own && !keepNull)
                own.Type &= ~JsonSchemaType.Null;
            else if (schema is OpenApiSchema { Type: not null } typed && nullability.Create(member).ReadState == NullabilityState.Nullable)
                typed.Type |= JsonSchemaType.Null;
            contract.Properties!.TryAdd(JsonNamingPolicy.CamelCase.ConvertName(member.Name), schema);
        }

        contract.AdditionalProperties = null;
    }

    // What an answer has, it always has, except for members that are left out instead of being null.
    private static void DescribeAnswer(OpenApiSchema contract, Type type)
    {
        contract.Required = new SortedSet<string>(StringComparer.Ordinal);
        var nullability = new NullabilityInfoContext();
        foreach (var property in type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (!contract.Properties!.TryGetValue(name, out var described) || described is not OpenApiSchema member)
                continue;
            if (member.Items is OpenApiSchema item && nullability.Create(property).ElementType?.ReadState == NullabilityState.Nullable)
                item.Type |= JsonSchemaType.Null;
            if (property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
                contract.Required.Add(name);
            else
                member.Type &= ~JsonSchemaType.Null;
        }
    }
}
