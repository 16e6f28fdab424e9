using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>Pages of other origins that a program lets in, or doesn't (CORS).</summary>
public sealed class ForeignPageTests
{
    private const string Page = "https://app.example";

    [Fact]
    public async Task Change_AskedByAPageThatTheProgramLetsIn_IsMade()
    {
        await using var program = await EmbeddingProgram.Start(AddPolicy, static app =>
        {
            app.UseCors();
            app.MapTaskApi("/jobs").RequireCors("pages");
        });

        Assert.Equal(Page, (await Call(program, Page)).Is(HttpStatusCode.Accepted).Header("Access-Control-Allow-Origin"));
        (await Call(program, "https://evil.example")).IsProblem(HttpStatusCode.Forbidden, "cross-origin");
    }

    [Fact]
    public async Task Change_AskedByAPageOfTheDefaultPolicy_IsMade()
    {
        await using var program = await EmbeddingProgram.Start(
            static builder => builder.Services.AddCors(static cors => cors.AddDefaultPolicy(static policy => policy.WithOrigins(Page))), static app =>
            {
                app.UseCors();
                app.MapTaskApi("/jobs");
            });

        (await Call(program, Page)).Is(HttpStatusCode.Accepted);
        (await Call(program, "https://evil.example")).IsProblem(HttpStatusCode.Forbidden, "cross-origin");
    }

    [Fact]
    public async Task Change_AskedByAPageThatMayCallElsewhereInTheProgram_IsRefused()
    {
        await using var program = await EmbeddingProgram.Start(AddPolicy);

        (await Call(program, Page)).IsProblem(HttpStatusCode.Forbidden, "cross-origin");
    }

    private static void AddPolicy(WebApplicationBuilder builder) => builder.Services.AddCors(static cors => cors.AddPolicy("pages", static policy => policy.WithOrigins(Page)));

    private static Task<Reply> Call(EmbeddingProgram program, string origin) =>
        program.Send(HttpMethod.Post, "/jobs/tasks", """{"message":"Hei"}""", ("Origin", origin), ("Sec-Fetch-Site", "cross-site"));
}
