using System.Text.Json;
using System.Text.Json.Nodes;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web.OpenApi;

/// <summary>What the OpenAPI document says of fields and parameters is what the service enforces: neither less nor more.</summary>
public sealed class OpenApiConstraintTests : EndpointTests
{
    private static readonly string[] _operations = ["CreateTask", "RescheduleTask"];

    public static async Task<IEnumerable<TheoryDataRow<string, string>>> Fields() =>
        from operation in (await ApiDescription.Current).Operations
        where _operations.Contains(operation.Id)
        from field in BodyOf(operation).GetProperty("properties").Members()
        select new TheoryDataRow<string, string>(operation.Id, field);

    // Those that not every value will do for.
    public static async Task<IEnumerable<TheoryDataRow<string, string>>> Parameters() =>
        from operation in (await ApiDescription.Current).Operations
        from parameter in operation.Parameters
        where parameter.Text("in") == "query" && Extreme(operation.Description.Resolve(parameter.GetProperty("schema"))).Any()
        select new TheoryDataRow<string, string>(operation.Id, parameter.Text("name")!);

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Field_OutsideItsSchema_IsBlamed(string operation, string field)
    {
        foreach (var value in Wrong(await FieldOf(operation, field)))
            (await Call(operation, field, value)).IsInvalid(field);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Field_AtTheLimitsOfItsSchema_IsTaken(string operation, string field)
    {
        var schema = await FieldOf(operation, field);
        var values = Extreme(schema).ToList();

        // What may be anything, or is an object with rules of its own, has no limit here.
        Assert.True(values.Count > 0 || !schema.TryGetProperty("type", out var type) || type.GetString() == "object");
        foreach (var value in values)
            Assert.InRange((int)(await Call(operation, field, value)).Status, 200, 202);
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task Parameter_OutsideItsSchema_IsBlamed(string operation, string parameter)
    {
        var schema = await ParameterOf(operation, parameter);
        // To a query every value is a text.
        var values = Wrong(schema).Where(value => value is JsonValue && (schema.Text("type") != "string" || value.GetValueKind() == JsonValueKind.String)).ToList();

        Assert.NotEmpty(values);
        foreach (var value in values)
            (await Ask(operation, parameter, value!.ToString())).IsInvalid(parameter);
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task Parameter_AtTheLimitsOfItsSchema_IsTaken(string operation, string parameter)
    {
        foreach (var value in Extreme(await ParameterOf(operation, parameter)))
            Assert.InRange((int)(await Ask(operation, parameter, value.ToString(), headOnly: true)).Status, 200, 202);
    }

    [Fact]
    public async Task Description_OfAFieldWithARule_SaysIt()
    {
        Assert.EndsWith("1 to 4,096 UTF-16 units of any text but lone surrogates.", (await FieldOf("CreateTask", "message")).Text("description"), StringComparison.Ordinal);
        Assert.EndsWith("Above 0, up to 31,536,000.", (await FieldOf("CreateTask", "timeoutSeconds")).Text("description"), StringComparison.Ordinal);
        Assert.Equal("The new priority. Only of a task with a type. -100 to 100.", (await FieldOf("RescheduleTask", "priority")).Text("description"));
    }

    [Fact]
    public async Task Contract_OfARequest_TakesNoOtherField()
    {
        foreach (var operation in _operations)
            (await Call(operation, "colour", "red")).IsInvalid("colour");
    }

    private static JsonElement BodyOf(DescribedOperation operation) => operation.Description.Resolve(operation.Bodies[0].Value.GetProperty("schema"));

    private static async Task<JsonElement> FieldOf(string operationId, string field)
    {
        var operation = await Find(operationId);
        var schema = BodyOf(operation).GetProperty("properties").GetProperty(field);
        return operation.Description.Resolve(schema.TryGetProperty("allOf", out var parts) ? parts[0] : schema);
    }

    private static async Task<JsonElement> ParameterOf(string operationId, string name)
    {
        var operation = await Find(operationId);
        return operation.Description.Resolve(operation.Parameters.Single(parameter => parameter.Text("name") == name).GetProperty("schema"));
    }

    private static async Task<DescribedOperation> Find(string operationId) =>
        (await ApiDescription.Current).Operations.Single(operation => operation.Id == operationId);

    // Values that break one rule of the schema each.
    private static IEnumerable<JsonNode?> Wrong(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            yield break;
        if (type.GetString() == "object")
        {
            yield return 7;
            yield break;
        }

        yield return new JsonObject();
        if (!schema.TryGetProperty("nullable", out _))
            yield return null;
        if (Limit(schema, "minLength") is { } shortest)
            yield return new string('a', (int)shortest - 1);
        if (Limit(schema, "maxLength") is { } longest)
            yield return new string('a', (int)longest + 1);
        if (Limit(schema, "minimum") is { } least)
            yield return schema.TryGetProperty("exclusiveMinimum", out _) ? least : least - 1;
        if (Limit(schema, "maximum") is { } most)
            yield return most + 1;
        if (schema.TryGetProperty("pattern", out _) || schema.TryGetProperty("enum", out _) || schema.TryGetProperty("format", out _) || schema.Text("type") != "string")
            yield return "no such thing";
        if (schema.Text("type") is "string")
            yield return 7;
    }

    // Values that only just keep the rules.
    private static IEnumerable<JsonNode> Extreme(JsonElement schema)
    {
        foreach (var length in new[] { Limit(schema, "minLength"), Limit(schema, "maxLength") })
        {
            if (length is { } characters)
                yield return new string('a', (int)characters);
        }

        if (Limit(schema, "minimum") is { } least)
            yield return schema.TryGetProperty("exclusiveMinimum", out _) ? least + 0.001 : least;
        if (Limit(schema, "maximum") is { } most)
            yield return most;
        if (schema.TryGetProperty("format", out var format) && format.GetString() is "duration" or "date-time")
            yield return format.GetString() == "duration" ? "P365D" : "1999-12-31T23:59:59.999+01:00";
        foreach (var one in schema.TryGetProperty("enum", out var names) ? names.EnumerateArray() : default)
            yield return JsonNode.Parse(one.GetRawText())!;
    }

    private static double? Limit(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var limit) ? limit.GetDouble() : null;

    private async Task<Reply> Call(string operation, string field, JsonNode? value)
    {
        // What only a task with a type has is taken only with one.
        var isWork = field is "type" or "input" or "queue" or "priority" or "key" or "retry" or "attemptSeconds";
        if (operation == "RescheduleTask")
        {
            var id = isWork ? (await Create("""{"type":"resize","delaySeconds":300}""")).Id() : await Create(300);
            return await Patch($"/tasks/{id}", new JsonObject { [field] = value }.ToJsonString());
        }

        var body = new JsonObject { [isWork ? "type" : "message"] = isWork ? "resize" : "Hei" };
        body[field] = value;
        return await Post("/tasks", body.ToJsonString());
    }

    private async Task<Reply> Ask(string operationId, string parameter, string value, bool headOnly = false)
    {
        var operation = await Find(operationId);
        var method = new HttpMethod(operation.Method);
        // To cancel many takes one of two parameters, and to cancel one takes one that is pending. Waits need something that is done.
        var other = operationId == "CancelTasks" && parameter == "reason" ? "all=true&" : operationId == "PreviewSchedule" && parameter != "cron" ? "cron=@daily&" : "";
        var id = await Create(method == HttpMethod.Delete ? 300 : 0);
        if (method != HttpMethod.Delete)
            await Finished(id);
        var path = operation.Path.Replace("{id}", id, StringComparison.Ordinal);
        var body = operation.Bodies.Count > 0 ? Content("""{"message":"Hei"}""") : null;
        // A stream doesn't end.
        return await Send(headOnly && method == HttpMethod.Get ? HttpMethod.Head : method, $"{path}?{other}{parameter}={Uri.EscapeDataString(value)}", body);
    }
}
