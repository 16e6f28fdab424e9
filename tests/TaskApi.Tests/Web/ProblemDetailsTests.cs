using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.AspNetCore.Hosting;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

public sealed class ProblemDetailsTests : EndpointTests
{
    private readonly LogRecorder _log;

    public ProblemDetailsTests()
        : this(new LogRecorder())
    {
    }

    // Calls are traced only where something is logged.
    private ProblemDetailsTests(LogRecorder log)
        : base(new TaskApiFactory { Registrations = services => services.AddSingleton(new AdditionalRoutes(MapFaults)).AddLogging(logging => logging.AddProvider(log)) }) =>
        _log = log;

    [Theory]
    [InlineData("GET", "/nowhere")]
    [InlineData("POST", "/nowhere")]
    [InlineData("GET", "/task")]
    [InlineData("GET", "/Tasks/stats/x")]
    [InlineData("GET", "/tasks/01890a5d-ac96-774b-bcce-b302099a8057/nothing")]
    [InlineData("GET", "/nowhere?q=%ff")]
    public async Task UnknownRoute_AnyMethod_IsAProblem(string method, string path)
    {
        var reply = (await Send(HttpMethod.Parse(method), path, null)).IsProblem(HttpStatusCode.NotFound);

        Assert.Equal(path.Split('?')[0], reply.Json.Text("instance"));
    }

    [Theory]
    [InlineData("PUT", "/tasks", "GET,POST,DELETE")]
    [InlineData("PATCH", "/tasks", "GET,POST,DELETE")]
    [InlineData("PUT", "/tasks/01890a5d-ac96-774b-bcce-b302099a8057", "GET,PATCH,DELETE")]
    [InlineData("POST", "/tasks/01890a5d-ac96-774b-bcce-b302099a8057", "GET,PATCH,DELETE")]
    [InlineData("POST", "/tasks/01890a5d-ac96-774b-bcce-b302099a8057/done", "GET")]
    [InlineData("DELETE", "/tasks/01890a5d-ac96-774b-bcce-b302099a8057/result", "GET")]
    [InlineData("DELETE", "/tasks/stats", "GET")]
    [InlineData("PATCH", "/tasks/events", "GET")]
    [InlineData("GET", "/tasks/gather", "POST")]
    [InlineData("POST", "/health/live", "GET")]
    [InlineData("FOO", "/tasks", "GET,POST,DELETE")]
    public async Task MethodNotAllowed_IsAProblemWithThoseThatAre(string method, string path, string allowed)
    {
        var reply = (await Send(new HttpMethod(method), path, Content("{}"), ("Accept", "image/png"))).IsProblem(HttpStatusCode.MethodNotAllowed);

        Assert.Equal(
            allowed.Split(',').Order(StringComparer.Ordinal),
            reply.ContentHeaders.Allow.Where(method => method != "HEAD").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task Create_AnotherMediaType_IsRefusedAndCreatesNothing(string? mediaType)
    {
        (await Send(HttpMethod.Post, "/tasks", Content("""{"message":"Hei"}""", mediaType))).IsProblem(HttpStatusCode.UnsupportedMediaType);

        Assert.Equal(0, await Created());
    }

    [Theory]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=\"UTF8\"")]
    [InlineData("application/json;charset=UTF-8")]
    public async Task Create_Utf8ByAnyName_IsTaken(string mediaType) =>
        (await Send(HttpMethod.Post, "/tasks", Content("""{"message":"Grüß Gott"}""", mediaType))).Is(HttpStatusCode.Accepted);

    [Theory]
    [InlineData("application/json; charset=unicode-1-1-utf-8")]
    [InlineData("application/json; charset=utf7")]
    [InlineData("application/json; charset=cp65001")]
    public async Task Create_OtherCharset_IsRefused(string mediaType) =>
        (await Send(HttpMethod.Post, "/tasks", Content("""{"message":"Hei"}""", mediaType))).IsProblem(HttpStatusCode.UnsupportedMediaType);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br, identity")]
    [InlineData("x")]
    public async Task Body_Encoded_IsRefusedWithWhatIsTaken(string encoding)
    {
        var id = await Create(10);
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/tasks"), (HttpMethod.Post, "/tasks/batch"), (HttpMethod.Post, "/tasks/gather"), (HttpMethod.Patch, $"/tasks/{id}") })
        {
            var content = Content("""{"message":"Hei"}""");
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            var reply = (await Send(method, path, content)).IsProblem(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

            Assert.Equal("identity", reply.Header("Accept-Encoding"));
            Assert.Contains("Content-Encoding", reply.Json.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Body_EncodedAsIdentity_IsTaken()
    {
        var content = Content("""{"message":"Hei"}""");
        content.Headers.TryAddWithoutValidation("Content-Encoding", "Identity");

        (await Send(HttpMethod.Post, "/tasks", content)).Is(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Create_WithoutBodyAndMediaType_IsRefused()
    {
        var reply = await Send(HttpMethod.Post, "/tasks", null);

        reply.IsProblem(reply.Status);
        Assert.True(reply.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType, reply.Body);
    }

    [Fact]
    public async Task Reschedule_AnotherMediaType_IsRefused() =>
        (await Send(HttpMethod.Patch, $"/tasks/{await Create(10)}", Content("""{"delaySeconds":1}""", "text/plain"))).IsProblem(HttpStatusCode.UnsupportedMediaType);

    [Theory]
    [InlineData("POST", "/tasks")]
    [InlineData("GET", "/tasks")]
    [InlineData("DELETE", "/tasks?all=true")]
    [InlineData("GET", "/tasks/stats")]
    [InlineData("GET", "/tasks/{id}")]
    [InlineData("GET", "/tasks/{id}/done")]
    [InlineData("PATCH", "/tasks/{id}")]
    [InlineData("DELETE", "/tasks/{id}")]
    public async Task NotAcceptable_IsAProblemAndChangesNothing(string method, string path)
    {
        var id = await Create(10);
        var before = (await Look(id)).ToString();

        var reply = await Send(
            HttpMethod.Parse(method),
            path.Replace("{id}", id, StringComparison.Ordinal),
            method is "POST" or "PATCH" ? Content("""{"message":"Bye"}""") : null,
            ("Accept", "image/png"));

        reply.IsProblem(HttpStatusCode.NotAcceptable);
        Assert.Equal(before, (await Look(id)).ToString());
        Assert.Equal(1, await Created());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/problem+json")]
    [InlineData("*/*")]
    [InlineData("text/plain")]
    public async Task Problem_WhateverIsAccepted_IsAProblemAllTheSame(string accept)
    {
        var reply = await Get("/tasks/nonsense/result", ("Accept", accept));

        Assert.True(reply.Status is HttpStatusCode.NotFound or HttpStatusCode.NotAcceptable, reply.Body);
        reply.IsProblem(reply.Status);
    }

    [Fact]
    public async Task UnhandledFault_IsAProblemWithoutInternals()
    {
        var reply = (await Get("/faulty")).IsProblem(HttpStatusCode.InternalServerError);

        Assert.DoesNotContain("secret", reply.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", reply.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" at ", reply.Body, StringComparison.Ordinal);
        Assert.Contains(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("secret", StringComparison.Ordinal));
        (await Get("/tasks/stats")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ConnectionReset_SeenByAReadBeforeTheTokenIsCancelled_IsAHangUpAndNoFault()
    {
        Assert.Equal(499, (int)(await Get("/reset")).Status);

        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Problem_OfATracedCall_HasTheCallersTraceId()
    {
        var reply = await Get("/tasks/nonsense", ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", reply.IsProblem(HttpStatusCode.NotFound).Json.Text("traceId"));
    }

    [Fact]
    public async Task Problems_OfTwoCalls_HaveTraceIdsOfTheirOwn() =>
        Assert.NotEqual((await Get("/nowhere")).Json.Text("traceId"), (await Get("/nowhere")).Json.Text("traceId"));

    private async Task<double> Created() => (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created");

    private static void MapFaults(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/faulty", static _ => throw new InvalidOperationException("secret"));
        routes.MapGet("/reset", static _ => throw new ConnectionResetException("gone"));
    }
}
