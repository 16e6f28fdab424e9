using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web.OpenApi;

/// <summary>The examples of the OpenAPI document: the service takes those of bodies, and could have answered those of answers.</summary>
public sealed class OpenApiExampleTests : EndpointTests
{
    // What stands for a task in all examples.
    private const string ExampleId = "019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61";

    private const string ExampleSchedule = "monday-report";

    private readonly HttpClient _client;

    public OpenApiExampleTests() => _client = Api.CreateTestClient();

    public static async Task<IEnumerable<TheoryDataRow<string, string, string>>> Bodies() =>
        from operation in (await ApiDescription.Current).Operations
        from body in operation.Bodies
        from example in body.Value.GetProperty("examples").EnumerateObject()
        select new TheoryDataRow<string, string, string>(operation.Id, body.Name, example.Name);

    public static async Task<IEnumerable<TheoryDataRow<string>>> Operations() =>
        (await ApiDescription.Current).Operations.Select(static operation => new TheoryDataRow<string>(operation.Id));

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_SentAsItStands_IsTaken(string operationId, string mediaType, string example)
    {
        var operation = await Find(operationId);

        using var answer = await Call(operation, await TaskFor(operation), mediaType, example);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_TriedOutUnedited_Succeeds(string operationId)
    {
        var operation = await Find(operationId);

        using var answer = await Call(operation, await TaskFor(operation));

        // There is no result yet, which is what the service says, and nothing to run again.
        Assert.True(answer.IsSuccessStatusCode || (operationId is "GetTaskResult" or "RerunTask" && answer.StatusCode == HttpStatusCode.Conflict), $"{(int)answer.StatusCode}");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_TriedOutBeforeThereIsATask_SaysSo(string operationId)
    {
        var operation = await Find(operationId);

        using var answer = await Call(operation, ExampleId);

        if (operation.Path.Contains("{id}", StringComparison.Ordinal) || operationId == "WaitForTasks")
            (await Reply.Read(answer)).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        else if (operation.Path.StartsWith("/schedules/{name}", StringComparison.Ordinal) && operationId != "PutSchedule")
            (await Reply.Read(answer)).IsProblem(HttpStatusCode.NotFound, "schedule-not-found");
        else
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}");
    }

    [Fact]
    public async Task Answer_AnyExample_FitsItsSchema()
    {
        var description = await ApiDescription.Current;
        var faults =
            from operation in description.Operations
            from response in operation.Responses
            where response.Value.TryGetProperty("content", out _)
            from media in response.Value.GetProperty("content").EnumerateObject()
            from example in media.Value.GetProperty("examples").EnumerateObject()
            from fault in description.Faults(media.Value.GetProperty("schema"), description.Resolve(example.Value).GetProperty("value"))
            select $"{operation} {response.Key} {example.Name}: {fault}";

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Body_AnyExample_FitsItsSchema()
    {
        var description = await ApiDescription.Current;
        var faults =
            from operation in description.Operations
            from media in operation.Bodies
            from example in media.Value.GetProperty("examples").EnumerateObject()
            from fault in description.Faults(media.Value.GetProperty("schema"), example.Value.GetProperty("value"))
            select $"{operation} {example.Name}: {fault}";

        Assert.Empty(faults);
    }

    private static async Task<DescribedOperation> Find(string operationId) =>
        (await ApiDescription.Current).Operations.Single(operation => operation.Id == operationId);

    // Pending where the path names it, and finished where a body does, so that nothing waits for it.
    private async Task<string> TaskFor(DescribedOperation operation)
    {
        var isPending = operation.Path.Contains("{id}", StringComparison.Ordinal);
        var id = (await Create($$"""{"message":"Hei","delaySeconds":{{(isPending ? 300 : 0)}},"group":"greetings"}""")).Id();
        if (operation.Path.Contains("{name}", StringComparison.Ordinal))
            (await Send(HttpMethod.Put, $"/schedules/{ExampleSchedule}", Content("""{"cron":"@daily","task":{"message":"Hei"}}"""))).Is(HttpStatusCode.Created);
        return isPending ? id : (await Finished(id)).Id();
    }

    // As Swagger UI calls: with the examples and the defaults of the parameters, and the first example of the body.
    private async Task<HttpResponseMessage> Call(DescribedOperation operation, string id, string? mediaType = null, string? example = null)
    {
        var query =
            from parameter in operation.Parameters
            where parameter.Text("in") == "query"
            let value = parameter.TryGetProperty("example", out var given) || parameter.GetProperty("schema").TryGetProperty("default", out given) ? given : default
            where value.ValueKind != JsonValueKind.Undefined
            select $"{parameter.Text("name")}={value}";
        var path = operation.Path.Replace("{id}", id, StringComparison.Ordinal).Replace("{name}", ExampleSchedule, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), $"{path}?{string.Join('&', query)}");
        if (operation.Bodies.Count > 0)
        {
            var body = operation.Bodies.First(body => mediaType is null || body.Name == mediaType);
            var value = body.Value.GetProperty("examples").EnumerateObject().First(candidate => example is null || candidate.Name == example).Value.GetProperty("value");
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            request.Content = Content(text.Replace(ExampleId, id, StringComparison.Ordinal), body.Name);
        }

        // A stream need not end: its head has to do. A gather waits for tasks that it creates.
        var call = _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        while (!call.IsCompleted)
            await Pass(Seconds(1));
        return await call;
    }
}
