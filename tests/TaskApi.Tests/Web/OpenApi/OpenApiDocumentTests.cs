using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web.OpenApi;

/// <summary>The OpenAPI document: valid, and about all of the service and nothing else.</summary>
public sealed class OpenApiDocumentTests
{
    private const string Problem = "application/problem+json";

    [Theory]
    [InlineData("/queues/{name}", "The queue's name.", "resize")]
    [InlineData("/schedules/{name}", "The schedule's name.", "monday-report")]
    public async Task Name_InAPath_IsThatOfWhatThePathIsOf(string path, string description, string example)
    {
        var paths = (await ApiDescription.Current).Json.GetProperty("paths");

        var names = paths.GetProperty(path).EnumerateObject().Select(static operation => operation.Value.Items("parameters").Single(static parameter => parameter.Text("in") == "path"));
        Assert.All(names, name => Assert.Equal((description, example), (name.Text("description"), name.Text("example"))));
    }

    [Fact]
    public async Task Document_ReadByAnOpenApiReader_HasNoFault()
    {
        var description = await ApiDescription.Current;

        var read = OpenApiDocument.Parse(description.Text, "json");

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_0, read.Diagnostic.SpecificationVersion);
        Assert.Empty(read.Document!.Validate(ValidationRuleSet.GetDefaultRuleSet()));
    }

    [Fact]
    public async Task Document_Info_TellsTitleVersionLicenceAndHowToBegin()
    {
        var info = (await ApiDescription.Current).Json.GetProperty("info");

        Assert.Equal("TaskApi", info.Text("title"));
        Assert.Equal(typeof(ProblemTypes).Assembly.GetName().Version!.ToString(3), info.Text("version"));
        Assert.Equal("MIT", info.GetProperty("license").Text("name"));
        Assert.Contains("POST /tasks", info.Text("description"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_OfAService_NamesNoHost()
    {
        var description = await ApiDescription.Current;

        Assert.Equal("/", Assert.Single(description.Json.Items("servers")).Text("url"));
        Assert.DoesNotContain("http://", description.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("localhost", description.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Operations_AreTheRoutesOfTheService()
    {
        await using var api = new TaskApiFactory();
        var description = await ApiDescription.Current;

        var routes =
            from endpoint in api.Services.GetRequiredService<ApiRoutes>().Source.Endpoints.OfType<RouteEndpoint>()
            let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
            where path.StartsWith("/tasks", StringComparison.Ordinal) || path.StartsWith("/work", StringComparison.Ordinal) || path.StartsWith("/schedules", StringComparison.Ordinal) || path.StartsWith("/queues", StringComparison.Ordinal) || path.StartsWith("/health", StringComparison.Ordinal)
            // What has no name answers 405 to the methods that a path hasn't.
            where endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is not null
            from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
            where method != HttpMethod.Head.Method
            select $"{method} {path}";

        Assert.NotEmpty(description.Operations);
        Assert.Equal(routes.Order(), description.Operations.Select(static operation => operation.ToString()).Order());
    }

    [Fact]
    public async Task Operation_Any_IsToldInWords()
    {
        var description = await ApiDescription.Current;
        var sections = description.Json.Items("tags").Select(static tag => (tag.Text("name"), tag.Text("description"))).ToList();

        Assert.All(sections, static section => Assert.NotEmpty(section.Item2!));
        Assert.Equal(description.Operations.Count, description.Operations.Select(static operation => operation.Id).Distinct().Count());
        Assert.All(description.Operations, operation =>
        {
            Assert.Matches("^[A-Z][A-Za-z]+$", operation.Id);
            Assert.NotEmpty(operation.Json.Text("summary")!);
            Assert.EndsWith(".", operation.Json.Text("description"), StringComparison.Ordinal);
            Assert.Contains(Assert.Single(operation.Json.Items("tags")).GetString(), sections.Select(static section => section.Item1));
            Assert.All(operation.Parameters, static parameter => Assert.EndsWith(".", parameter.Text("description"), StringComparison.Ordinal));
            Assert.All(operation.Responses.Values, static response => Assert.EndsWith(".", response.Text("description"), StringComparison.Ordinal));
            Assert.All(Headers(operation), header => Assert.EndsWith(".", description.Resolve(header).Text("description"), StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Answer_FromStatus400_IsAProblemWithAnExampleOfEachOfItsTypes()
    {
        var description = await ApiDescription.Current;
        var known = ProblemCatalogue.All.ToDictionary(static problem => problem.Name);

        // Readiness is an answer, not a problem.
        foreach (var operation in description.Operations.Where(static operation => operation.Id != "GetReadiness"))
        {
            Assert.Contains(500, operation.Responses.Keys);
            foreach (var (status, response) in operation.Responses.Where(static response => response.Key >= 400))
            {
                var content = Assert.Single(response.GetProperty("content").EnumerateObject());
                Assert.Equal(Problem, content.Name);
                Assert.EndsWith("/ProblemDocument", content.Value.GetProperty("schema").Text("$ref"), StringComparison.Ordinal);
                Assert.NotEmpty(content.Value.GetProperty("examples").Members());
                Assert.All(content.Value.GetProperty("examples").Members(), name =>
                {
                    Assert.Equal(status, known[name].Status);
                    Assert.Contains($"`{name}`", response.Text("description"), StringComparison.Ordinal);
                });
            }
        }
    }

    [Fact]
    public async Task Catalogue_EveryProblem_IsListedAndHasAnExample()
    {
        var document = (await ApiDescription.Current).Json;
        var components = document.GetProperty("components");
        var list = components.GetProperty("schemas").GetProperty("ProblemDocument").Text("description")!;
        var examples = components.GetProperty("examples").EnumerateObject().Select(static example => example.Value.GetProperty("value")).Concat(document.Items("x-problems-elsewhere")).ToList();

        Assert.All(ProblemCatalogue.All, problem =>
        {
            Assert.Contains($"| {problem.Status} | `{problem.Uri}` | {problem.Title} |", list, StringComparison.Ordinal);
            Assert.Single(examples, example => example.Text("type") == problem.Uri);
        });
    }

    [Fact]
    public async Task Body_OfAnyMediaType_HasExamples()
    {
        var description = await ApiDescription.Current;

        var bodies = description.Operations.SelectMany(static operation => operation.Bodies.Concat(operation.Responses.Values
            .SelectMany(static response => response.TryGetProperty("content", out var content) ? content.EnumerateObject() : default)));

        Assert.All(bodies, body =>
        {
            Assert.NotEmpty(body.Value.GetProperty("examples").Members());
            Assert.All(body.Value.GetProperty("examples").EnumerateObject(), example => Assert.NotEmpty(description.Resolve(example.Value).Text("summary")!));
        });
    }

    [Fact]
    public async Task Operation_WithABody_SaysThatItIsRequiredAndHowItMayBeRefused()
    {
        var operations = (await ApiDescription.Current).Operations.Where(static operation => operation.Bodies.Count > 0).ToList();

        Assert.NotEmpty(operations);
        Assert.All(operations, static operation =>
        {
            Assert.True(operation.Json.GetProperty("requestBody").GetProperty("required").GetBoolean());
            Assert.Contains(MediaTypeNames.Application.Json, operation.Bodies.Select(static body => body.Name));
            Assert.Subset(operation.Responses.Keys.ToHashSet(), new HashSet<int> { 400, 406, 408, 413, 415 });
        });
    }

    [Fact]
    public async Task Schema_OfAContract_IsDescribedAndClosed()
    {
        var schemas = (await ApiDescription.Current).Json.GetProperty("components").GetProperty("schemas").EnumerateObject().ToList();

        Assert.All(schemas, static schema => Assert.NotEmpty(schema.Value.Text("description")!));
        Assert.All(schemas, static schema => Assert.DoesNotContain("TaskApi.", schema.Value.Text("description")!, StringComparison.Ordinal));
        Assert.All(schemas.Where(static schema => schema.Value.TryGetProperty("properties", out _)), static schema =>
        {
            // RFC 9457 wants clients to put up with members of a problem that they don't know.
            Assert.Equal(schema.Name != "ProblemDocument", schema.Value.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.False);
            Assert.All(schema.Value.GetProperty("properties").EnumerateObject(), static property => Assert.NotEmpty(property.Value.Text("description")!));
        });
    }

    private static IEnumerable<JsonElement> Headers(DescribedOperation operation) =>
        operation.Responses.Values.SelectMany(static response => response.TryGetProperty("headers", out var headers) ? headers.EnumerateObject() : default)
            .Select(static header => header.Value);
}
