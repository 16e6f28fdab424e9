using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>The pages and the API description under a path of a program's.</summary>
public sealed class PagesTests
{
    [Fact]
    public async Task Pages_UnderThePrefix_AreThere()
    {
        await using var program = await EmbeddingProgram.Start();

        Assert.Equal("/jobs/?x=1", (await program.Get("/jobs?x=1")).Is(HttpStatusCode.PermanentRedirect).Header("Location"));
        foreach (var path in (string[])["/jobs/", "/jobs/js/main.js", "/jobs/guide.html", "/jobs/swagger/index.html", "/jobs/swagger/taskapi.js", "/jobs/swagger/swagger-ui-bundle.js"])
            (await program.Get(path)).Is(HttpStatusCode.OK);
        var swagger = (await program.Get("/jobs/swagger")).Header("Location");
        Assert.Equal("/jobs/swagger/index.html", new Uri(new Uri("http://program/jobs/swagger"), swagger).AbsolutePath);
        Assert.Equal("healthy", (await program.Get("/jobs/health/ready")).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Description_UnderThePrefix_IsTheServicesButForItsServer()
    {
        await using var program = await EmbeddingProgram.Start();

        var embedded = Comparable((await program.Get("/jobs/swagger/v1/swagger.json")).IsJson(HttpStatusCode.OK).GetRawText(), out var server);

        Assert.Equal("/jobs", server);
        Assert.True(JsonNode.DeepEquals(Comparable((await ApiDescription.Current).Json.GetRawText(), out _), embedded));
    }

    [Fact]
    public async Task Descriptions_OfTheProgramAndOfTaskApi_HaveNothingOfOneAnother()
    {
        await using var program = await EmbeddingProgram.Start(
            static builder => builder.Services.AddEndpointsApiExplorer().AddSwaggerGen(static options => options.SwaggerDoc("v1", new() { Title = "Orders", Version = "7" })),
            static app =>
            {
                app.UseSwagger();
                app.UseSwaggerUI();
                app.MapTaskApi("/jobs");
                // By the name and at the path of one of TaskApi's.
                app.MapPost("/tasks", static (Order order) => order).WithName("CreateTask").WithTags("Orders");
                app.MapGet("/where", static (LinkGenerator links) => links.GetPathByName("CreateTask", values: null));
            });

        var own = (await program.Get("/swagger/v1/swagger.json")).IsJson(HttpStatusCode.OK);
        var ours = (await program.Get("/jobs/swagger/v1/swagger.json")).IsJson(HttpStatusCode.OK);

        Assert.Equal("Orders", own.GetProperty("info").Text("title"));
        Assert.Equal(["/tasks", "/where"], own.GetProperty("paths").EnumerateObject().Select(static path => path.Name));
        Assert.Equal(["Order"], own.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(static schema => schema.Name));
        Assert.False(own.GetProperty("components").TryGetProperty("securitySchemes", out _));
        Assert.Equal("TaskApi", ours.GetProperty("info").Text("title"));
        Assert.False(ours.GetProperty("paths").TryGetProperty("/where", out _));
        Assert.Equal("/tasks", (await program.Get("/where")).Body);
        Assert.Contains("Swagger UI", (await program.Get("/swagger/index.html")).Is(HttpStatusCode.OK).Body, StringComparison.Ordinal);
    }

    // Instants in the examples are those of the test's clock.
    private static JsonNode Comparable(string json, out string? server)
    {
        var description = JsonNode.Parse(Regex.Replace(json, @"\d{4}-\d\d-\d\dT[\d:.]+Z", "T", RegexOptions.None, TimeSpan.FromSeconds(10)))!;
        server = (string?)description["servers"]?[0]?["url"];
        description.AsObject().Remove("servers");
        return description;
    }

    private sealed record Order(int OrderNumber);
}
