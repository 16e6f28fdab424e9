using System.Net;
using System.Text.RegularExpressions;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web.OpenApi;

/// <summary>The UI of the API description: there, complete, and served by the service alone.</summary>
public sealed class SwaggerUiTests : EndpointTests
{
    [Theory]
    [InlineData("/swagger")]
    [InlineData("/swagger/")]
    public async Task Ui_AskedFor_LeadsToItsPage(string path)
    {
        var reply = (await Get(path)).Is(HttpStatusCode.MovedPermanently);

        Assert.Equal("/swagger/index.html", new Uri(new Uri("http://service" + path), reply.Header("Location")).AbsolutePath);
    }

    [Fact]
    public async Task Page_WithAllThatItLoads_ComesFromTheService()
    {
        var page = (await Get("/swagger/index.html")).Is(HttpStatusCode.OK);

        Assert.Equal("text/html", page.MediaType);
        Assert.Contains("<title>TaskApi</title>", page.Body, StringComparison.Ordinal);
        var parts = Regex.Matches(page.Body, "(src|href)=\"(?<path>[^\"]*)\"", RegexOptions.ExplicitCapture, Seconds(1)).Select(static match => match.Groups["path"].Value).ToList();
        Assert.True(parts.Count >= 4);
        foreach (var part in parts)
        {
            Assert.DoesNotContain(':', part);
            Assert.NotEmpty((await Get("/swagger/" + part)).Is(HttpStatusCode.OK).Body);
        }
    }

    [Fact]
    public async Task Page_Script_AsksForTheDocumentAndKnowsTheTaskOfTheExamples()
    {
        var start = (await Get("/swagger/index.js")).Is(HttpStatusCode.OK).Body;
        var script = (await Get("/swagger/taskapi.js")).Is(HttpStatusCode.OK).Body;
        var document = (await Get("/swagger/v1/swagger.json")).IsJson(HttpStatusCode.OK);

        Assert.Contains("v1/swagger.json", start, StringComparison.Ordinal);
        Assert.Contains("TaskApi.plugin", start, StringComparison.Ordinal);
        Assert.Matches("^3\\.", document.Text("openapi"));
        var id = document.GetProperty("paths").GetProperty("/tasks/{id}").GetProperty("get").Items("parameters")[0].Text("example")!;
        Assert.Contains($"'{id}'", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task Ui_ByHead_HasNoBody(string path)
    {
        var reply = (await Send(HttpMethod.Head, path, null)).Is(HttpStatusCode.OK);

        Assert.Empty(reply.Body);
    }

    [Theory]
    [InlineData("/swagger")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task Ui_ByAnotherMethod_IsNotAllowed(string path)
    {
        var reply = (await Post(path, "{}")).IsProblem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");

        Assert.Equal("GET, HEAD", string.Join(", ", reply.ContentHeaders.Allow));
    }

    [Theory]
    [InlineData("/swagger/nothing.js")]
    [InlineData("/swagger/v2/swagger.json")]
    public async Task Ui_WhatThereIsNot_IsNotFound(string path) => (await Get(path)).IsProblem(HttpStatusCode.NotFound, "not-found");
}
