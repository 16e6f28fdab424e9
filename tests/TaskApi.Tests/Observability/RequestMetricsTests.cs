using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Hosting;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Observability;

/// <summary>Requests as <c>/metrics</c> shows them.</summary>
[Collection(nameof(WithoutOthers))]
public sealed class RequestMetricsTests() : EndpointTests(new TaskApiFactory(("Tasks:MaxPending", "3"), ("Security:AllowAnonymous", "true"), ("AllowedHosts", "localhost"))
{
    Registrations = static services => services.AddSingleton(new AdditionalRoutes(MapFaults)),
})
{
    private const string Count = "http_server_request_duration_seconds_count";
    private const string Sum = "http_server_request_duration_seconds_sum";

    [Fact]
    public async Task Requests_Handled_AreASeriesForEachRouteMethodAndStatus()
    {
        var id = await Create(100);
        await Create(100);
        await Get($"/tasks/{id}");
        await Get($"/tasks/{Guid.NewGuid()}");
        await Get("/");

        Assert.Equal(
            ["GET / 200: 1", "GET /tasks/{id} 200: 1", "GET /tasks/{id} 404: 1", "POST /tasks/ 202: 2"],
            Series(await Scrape()));
    }

    [Fact]
    public async Task Series_OfARequest_HasTheAttributesOfTheConventions()
    {
        await Create(100);

        var series = Assert.Single((await Scrape()).Families["http_server_request_duration_seconds"].Samples, static sample => sample.Name == Count);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["http_request_method"] = "POST",
                ["http_response_status_code"] = "202",
                ["http_route"] = "/tasks/",
                ["network_protocol_version"] = "1.1",
                ["url_scheme"] = "http",
            },
            series.Labels);
    }

    [Fact]
    public async Task Requests_ThatMatchNoRoute_HaveNone()
    {
        await Get("/nowhere");
        await Get("/elsewhere");
        await Send(HttpMethod.Put, "/tasks", Content("{}"));
        await Send(new HttpMethod("FOO"), "/tasks", null);
        await Send(new HttpMethod("BAR"), "/tasks", null);

        Assert.Equal(["GET - 404: 2", "PUT - 405: 1", "_OTHER - 405: 2"], Series(await Scrape()));
    }

    [Fact]
    public async Task Request_RefusedByTheHost_IsCounted()
    {
        // Refused before any operation: no description to hold it against.
        using var client = Api.CreateDefaultClient();
        client.DefaultRequestHeaders.Host = "evil.example";
        using var reply = await client.GetAsync(new Uri("/tasks", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Equal(["GET /tasks/ 400: 1"], Series(await Scrape()));
    }

    [Fact]
    public async Task Request_AnsweredWith5xx_HasThatAsItsError()
    {
        for (var i = 0; i < 4; i++)
            await Post("/tasks", """{"message":"Hei","delaySeconds":100}""");
        (await Get("/faulty")).IsProblem(HttpStatusCode.InternalServerError);

        var metrics = await Scrape();

        Assert.Equal(1, metrics.Value(Count, ("http_response_status_code", "503"), ("error_type", "503"), ("http_route", "/tasks/")));
        Assert.Equal(1, metrics.Value(Count, ("http_response_status_code", "500"), ("error_type", "500")));
    }

    [Fact]
    public async Task Request_ThatFailsInMidAnswer_HasTheFaultAsItsError()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Get("/torn"));

        var metrics = await Until(static metrics => Series(metrics).Length > 0);
        Assert.Equal(1, metrics.Value(Count, ("http_response_status_code", "200"), ("error_type", "System.InvalidOperationException")));
    }

    [Fact]
    public async Task Wait_Handled_LastsAsLongAsItTook()
    {
        var id = await Create(100);
        var wait = Get($"/tasks/{id}?waitSeconds=20");
        await Clock.TimerArmed(Seconds(20));

        var during = await Scrape();
        Clock.Advance(Seconds(20));
        await wait;
        var after = await Scrape();

        // The scrape itself is one of them.
        Assert.Equal(2, during.Value("http_server_active_requests", ("http_request_method", "GET"), ("url_scheme", "http")));
        Assert.Equal(1, after.Value("http_server_active_requests", ("http_request_method", "GET"), ("url_scheme", "http")));
        Assert.Equal(0, after.Value("http_server_active_requests", ("http_request_method", "POST")));
        Assert.Equal(20, after.Value(Sum, ("http_route", "/tasks/{id}")));
        Assert.Equal(0, after.Value("http_server_request_duration_seconds_bucket", ("http_route", "/tasks/{id}"), ("le", "10")));
        Assert.Equal(1, after.Value("http_server_request_duration_seconds_bucket", ("http_route", "/tasks/{id}"), ("le", "60")));
    }

    [Fact]
    public async Task Wait_HungUp_IsOverAndIsNoError()
    {
        await HangUp(waitSeconds: 20, afterSeconds: 7);

        var metrics = await Until(static metrics => Series(metrics).Contains("GET /tasks/{id} 499: 1"));
        Assert.Equal(7, metrics.Value(Sum, ("http_route", "/tasks/{id}")));
        Assert.Equal(1, metrics.Value("http_server_active_requests", ("http_request_method", "GET")));
        Assert.DoesNotContain(metrics.Families["http_server_request_duration_seconds"].Samples, static sample => sample.Labels.ContainsKey("error_type"));
    }

    [Fact]
    public async Task Requests_ManyAtOnce_AreAllCounted()
    {
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (i, _) => await ((i % 3) switch
        {
            0 => Get("/tasks"),
            1 => Get("/tasks/stats"),
            _ => Post("/tasks", "{}"),
        }));

        Assert.Equal(["GET /tasks/ 200: 67", "GET /tasks/stats 200: 67", "POST /tasks/ 400: 66"], Series(await Scrape()));
    }

    // Without the scrapes themselves, which are as many as it took.
    private static string[] Series(Exposition metrics) => metrics.Families.TryGetValue("http_server_request_duration_seconds", out var family)
        ?
        [
            .. family.Samples.Where(static sample => sample.Name == Count && sample.Labels.GetValueOrDefault("http_route") != "/metrics")
                .Select(static sample => $"{sample.Labels["http_request_method"]} {sample.Labels.GetValueOrDefault("http_route", "-")} {sample.Labels["http_response_status_code"]}: {sample.Value}")
                .Order(StringComparer.Ordinal),
        ]
        : [];

    private async Task<Exposition> Scrape() => Exposition.Read((await Get("/metrics")).Is(HttpStatusCode.OK).Body);

    // What nobody waits for is over a moment later.
    private async Task<Exposition> Until(Func<Exposition, bool> isSo)
    {
        while (true)
        {
            var metrics = await Scrape();
            if (isSo(metrics))
                return metrics;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static void MapFaults(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/faulty", static _ => throw new InvalidOperationException("secret"));
        routes.MapGet("/torn", static async context =>
        {
            await context.Response.WriteAsync("torn");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException("secret");
        });
    }
}
