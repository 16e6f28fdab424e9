using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TaskApi.Tests.Embedding;

/// <summary>The code that docs/embedding.md shows.</summary>
internal static class EmbeddingExamples
{
    public static void Program(string[] args)
    {
        // EXAMPLE
        var builder = WebApplication.CreateBuilder(args);
        builder.AddTaskApi();               // engine, storage, HTTP contract

        var app = builder.Build();
        app.MapTaskApi("/jobs");            // POST /jobs/tasks, the dashboard at /jobs/, Swagger UI at /jobs/swagger
        app.Run();
        // END
    }

    public static void Storage(WebApplicationBuilder builder) =>
        // EXAMPLE
        builder.AddTaskApi().AddSqliteStorage("data/tasks.db");
    // END

    public static void Handlers(WebApplicationBuilder builder) =>
        // EXAMPLE
        builder.AddTaskApi()
            .AddHandler<Resize>("resize")                               // a class: ITaskHandler<ResizeInput, ResizeResult>, one DI scope an attempt
            .AddHandler("hash", (string input) => Hash(input), options => options.OnThreads = true);
    // END

    public static void Access(WebApplication app) =>
        // EXAMPLE
        app.MapTaskApi("/jobs").RequireAuthorization("operators");
    // END

    public static void Dashboard(WebApplication app)
    {
        // EXAMPLE
        app.MapTaskApi("/jobs").RequireAuthorization("programs");
        app.MapTaskApiDashboard("/jobs/ui").RequireAuthorization("operators");
        // END
    }

    public static void Testing(WebApplicationBuilder builder, TimeProvider clock)
    {
        // EXAMPLE
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(clock);     // Microsoft.Extensions.TimeProvider.Testing has one
        // END
    }

    private static string Hash(string input) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(input)));

    private sealed record ResizeInput(string Image, int Width);

    private sealed record ResizeResult(int Bytes);

    private sealed class Resize : ITaskHandler<ResizeInput, ResizeResult>
    {
        public Task<ResizeResult> RunAsync(ResizeInput input, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(new ResizeResult(input.Width));
    }
}
