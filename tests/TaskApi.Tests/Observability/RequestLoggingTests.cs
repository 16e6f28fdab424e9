using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.AspNetCore.Observability;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Observability;

public abstract class RequestLoggingTests(LogRecorder log) : EndpointTests(new TaskApiFactory(("Tasks:MaxPending", "1"))
{
    Registrations = services => services.AddSingleton<ILoggerProvider>(log),
})
{
    private const string Category = "TaskApi.AspNetCore.Observability.RequestLogging";

    protected IReadOnlyCollection<LoggedEvent> Events { get; } = log.Events;

    protected IReadOnlyList<LoggedEvent> Requests => [.. Events.Where(static logged => logged.Category == Category)];

    protected async Task<Reply> BeRefused()
    {
        await Create(10);
        return (await Post("/tasks", """{"message":"one too many"}""")).IsProblem(HttpStatusCode.ServiceUnavailable);
    }

    public sealed class AtDebug() : RequestLoggingTests(new LogRecorder(LogLevel.Debug))
    {
        [Fact]
        public async Task Request_Completed_IsOneEventWithItsFigures()
        {
            var id = await Create(10);

            var created = Assert.Single(Requests);
            Assert.Equal(LogLevel.Debug, created.Level);
            Assert.Equal(3000, created.Id);
            Assert.Equal("POST", created.Values["Method"]);
            Assert.Equal("/tasks", created.Values["Path"]);
            Assert.Equal(202, created.Values["Status"]);

            await Get($"/tasks/{id}/done");
            Assert.Equal($"/tasks/{id}/done", Requests[1].Values["Path"]);
            Assert.Equal("/tasks/{id}/done", Requests[1].Values["Route"]);
        }

        [Fact]
        public async Task Request_ThatWaited_IsTimedByTheClock()
        {
            var id = await Create(10);
            var timer = Clock.TimerArmed(Seconds(2.5));
            var wait = Get($"/tasks/{id}?waitSeconds=2.5");
            await timer;
            Clock.Advance(Seconds(2.5));
            await wait;

            Assert.Equal(2500d, Requests[^1].Values["ElapsedMs"]);
        }

        [Fact]
        public async Task Request_WithLineEndsInItsPath_IsLoggedOnOneLine()
        {
            await Get("/tasks/%0D%0A[12:00:00.000 ERR] forged%1B[31m");

            var logged = Assert.Single(Requests);
            Assert.DoesNotContain(logged.Text, char.IsControl);
            Assert.Equal("/tasks/%0D%0A%5B12:00:00.000%20ERR%5D%20forged%1B%5B31m", logged.Values["Path"]);
        }

        [Fact]
        public async Task Request_WithSecrets_IsLoggedWithoutThem()
        {
            const string Secret = "hush-hush";
            var created = await Post("/tasks", $$"""{"message":"{{Secret}}"}""", ("Authorization", $"Bearer {Secret}"), ("X-Api-Key", Secret));
            await Delete($"/tasks/{created.Json.Id()}?reason={Secret}");
            await Get($"/tasks?name={Secret}");

            Assert.Equal(3, Requests.Count);
            // The framework's own events are not wanted below Warning: see appsettings.json.
            Assert.DoesNotContain(Events, logged => logged.Category.StartsWith("TaskApi.", StringComparison.Ordinal) && (logged.Text.Contains(Secret, StringComparison.Ordinal)
                || logged.Values.Values.Any(static value => value?.ToString()?.Contains(Secret, StringComparison.Ordinal) == true)));
        }

        [Fact]
        public async Task Request_AnsweredWith5xx_IsAWarningBesides()
        {
            var problem = await BeRefused();

            Assert.Equal([3000, 3000, 3001], Requests.Select(static logged => logged.Id));
            Assert.Equal(LogLevel.Warning, Requests[2].Level);
            Assert.Equal(503, Requests[2].Values["Status"]);
            Assert.Equal(problem.Json.Text("traceId"), Requests[2].Values["Trace"]);
        }
    }

    public sealed class AtInformation() : RequestLoggingTests(new LogRecorder(LogLevel.Information))
    {
        [Fact]
        public async Task Request_Completed_IsNotLogged()
        {
            var id = await Create(10);
            await Get($"/tasks/{id}");
            await Get("/nowhere");

            Assert.Empty(Requests);
        }

        [Fact]
        public async Task Request_AnsweredWith5xx_IsAWarning()
        {
            await BeRefused();

            var warning = Assert.Single(Requests);
            Assert.Equal(LogLevel.Warning, warning.Level);
            Assert.Equal("/tasks", warning.Values["Path"]);
        }

        [Theory]
        [InlineData("/health/ready", 0)]
        [InlineData("/healthy", 1)]
        public async Task Request_WhetherTheServiceIsReady_IsNoWarningWhereItIsNot(string path, int warnings)
        {
            var logger = Api.Services.GetRequiredService<ILogger<RequestLogging>>();
            var request = new DefaultHttpContext { Request = { Method = HttpMethods.Get, Path = path }, Response = { StatusCode = StatusCodes.Status503ServiceUnavailable } };

            await new RequestLogging(static _ => Task.CompletedTask, Clock, logger).InvokeAsync(request);

            Assert.Equal(warnings, Requests.Count);
        }
    }
}
