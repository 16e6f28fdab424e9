using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>What a program has set up for itself stays so, and what it sets up is nothing to TaskApi.</summary>
public sealed class LeftAloneTests
{
    [Fact]
    public async Task Options_OfTheProgram_AreAsWithoutTaskApi()
    {
        await using var with = EmbeddingProgram.Build();
        var plain = WebApplication.CreateBuilder();
        plain.Services.AddRateLimiter();
        await using var without = plain.Build();

        Same<HostOptions>(static options => options.ShutdownTimeout);
        Same<ForwardedHeadersOptions>(static options => (options.ForwardedHeaders, options.ForwardLimit));
        Same<RateLimiterOptions>(static options => options.GlobalLimiter is null);
        Same<KestrelServerOptions>(static options => (options.AddServerHeader, options.Limits.MaxConcurrentConnections, options.Limits.MaxRequestBodySize, options.Limits.KeepAliveTimeout));
        Same<JsonOptions>(static options => (options.SerializerOptions.Converters.Count, options.SerializerOptions.TypeInfoResolverChain.Count, options.SerializerOptions.AllowDuplicateProperties));
        Same<RouteOptions>(static options => options.ConstraintMap.Count);
        Same<LoggerFilterOptions>(static options => (options.MinLevel, options.Rules.Count));
        Assert.Null(with.Services.GetService<IAuthenticationSchemeProvider>());
        Assert.Null(with.Services.GetService<IAuthorizationHandlerProvider>());
        Assert.Null(with.Services.GetService<IHttpContextAccessor>());
        Assert.Null(with.Services.GetService<HealthCheckService>());
        Assert.DoesNotContain(with.Services.GetServices<IStartupFilter>(), static filter => filter.GetType().FullName!.StartsWith("TaskApi.", StringComparison.Ordinal));

        void Same<TOptions>(Func<TOptions, object?> of)
            where TOptions : class =>
            Assert.Equal(of(without.Services.GetRequiredService<IOptions<TOptions>>().Value), of(with.Services.GetRequiredService<IOptions<TOptions>>().Value));
    }

    [Fact]
    public async Task Routes_OfTheProgram_AreItsOwnAndOneForTaskApi()
    {
        await using var program = await EmbeddingProgram.Start();

        Assert.Equal(["TaskApi"], program.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(static endpoint => endpoint.DisplayName));
    }

    [Fact]
    public async Task Json_OfTheProgramAndOfTaskApi_AreEachTheirOwn()
    {
        await using var program = await EmbeddingProgram.Start(
            static builder => builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseUpper),
            static app =>
            {
                app.MapTaskApi("/jobs");
                app.MapPost("/tasks", static (Order order) => order);
            });

        Assert.Equal("""{"ORDER_NUMBER":7}""", (await program.Send(HttpMethod.Post, "/tasks", """{"ORDER_NUMBER":7,"more":1}""")).Is(HttpStatusCode.OK).Body);
        Assert.Equal(100, (await program.Create("/jobs/tasks")).Json.Number("delaySeconds"));
        (await program.Send(HttpMethod.Post, "/jobs/tasks", """{"message":"Hei","more":1}""")).IsProblem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Faults_OfTheProgramAndOfTaskApi_AreAnsweredEachByItsOwn()
    {
        await using var program = await EmbeddingProgram.Start(
            static builder => builder.Services.AddProblemDetails(static problems => problems.CustomizeProblemDetails = static problem => problem.ProblemDetails.Title = "the program's"),
            static app =>
            {
                app.UseExceptionHandler();
                app.UseStatusCodePages();
                app.MapTaskApi("/jobs");
                app.MapGet("/faulty", string () => throw new InvalidOperationException("secret"));
            });

        Assert.Equal("the program's", (await program.Get("/faulty")).Is(HttpStatusCode.InternalServerError).Json.Text("title"));
        Assert.Equal("the program's", (await program.Get("/nowhere")).Is(HttpStatusCode.NotFound).Json.Text("title"));
        Assert.Equal("There is nothing here.", (await program.Get("/jobs/nowhere")).IsProblem(HttpStatusCode.NotFound).Json.Text("title"));
    }

    [Fact]
    public async Task Policies_OfTheProgramForItsOwnEndpoints_DontHoldForTaskApi()
    {
        await using var program = await EmbeddingProgram.Start(
            static builder => builder.Services
                .AddRequestTimeouts(static timeouts => timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromMinutes(1) })
                .AddOutputCache(static cache => cache.AddBasePolicy(static policy => policy.Cache())),
            static app =>
            {
                app.UseRequestTimeouts();
                app.UseOutputCache();
                app.MapTaskApi("/jobs");
            });

        await program.Create("/jobs/tasks");
        Assert.Equal(1, (await program.Get("/jobs/tasks/stats")).Json.Number("created"));
        await program.Create("/jobs/tasks");
        Assert.Equal(2, (await program.Get("/jobs/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task RateLimits_OfTheProgramAndOfTaskApi_HoldEachForItsOwn()
    {
        await using var program = await EmbeddingProgram.Start(
            static builder => builder.Services.AddRateLimiter(static limiter => limiter.AddFixedWindowLimiter("none", static window => (window.PermitLimit, window.Window) = (1, TimeSpan.FromHours(1)))),
            static app =>
            {
                app.UseRateLimiter();
                app.MapTaskApi("/jobs");
                app.MapGet("/tasks", static () => "the program's");
                app.MapGet("/limited", static () => "the program's").RequireRateLimiting("none");
            },
            ("Limits:RequestsPerSecond", "2"));

        await program.Create("/jobs/tasks");
        await program.Create("/jobs/tasks");
        (await program.Get("/jobs/tasks")).IsProblem(HttpStatusCode.TooManyRequests, "rate-limited");
        for (var i = 0; i < 4; i++)
            (await program.Get("/tasks")).Is(HttpStatusCode.OK);
        (await program.Get("/limited")).Is(HttpStatusCode.OK);
        (await program.Get("/limited")).Is(HttpStatusCode.ServiceUnavailable);
        program.Clock.Advance(TimeSpan.FromSeconds(1));
        (await program.Get("/jobs/tasks")).Is(HttpStatusCode.OK);
    }

    private sealed record Order(int OrderNumber);
}
