using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.AspNetCore.Handlers;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>What an attempt has around it: a scope, a span, and where its lines in the log belong.</summary>
public sealed class HandlerScopeTests
{
    private sealed class Resource : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class ScopedLines : ILoggerProvider, ISupportExternalScope
    {
        private readonly ConcurrentQueue<(string Category, string Line)> _lines = new();
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public IEnumerable<string> Of(string category) => _lines.Where(line => line.Category == category).Select(static line => line.Line);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(ScopedLines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => lines._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var scopes = new List<string>();
                lines._scopes.ForEachScope(static (scope, all) => all.Add(string.Join(' ', ((IEnumerable<KeyValuePair<string, object?>>)scope!).Select(static pair => $"{pair.Key}:{pair.Value}"))), scopes);
                lines._lines.Enqueue((category, $"{string.Join(' ', scopes)} {formatter(state, exception)}"));
            }
        }
    }

    private sealed class Uses(Resource resource, List<Resource> used) : ITaskHandler<int>
    {
        public async Task RunAsync(int input, TaskContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Assert.False(resource.IsDisposed);
            used.Add(resource);
        }
    }

    [Fact]
    public async Task Attempt_HasAScopeOfItsOwn_WhichIsDisposedOfWithIt()
    {
        var used = new List<Resource>();
        await using var fixture = new HandlerFixture(services =>
        {
            services.AddScoped<Resource>().AddSingleton(used);
            services.AddHandlerClass(typeof(Uses), "test", configure: null);
        });

        await fixture.Work.OutcomeOf(fixture.Work.Add("test", "1"));
        await fixture.Work.OutcomeOf(fixture.Work.Add("test", "2"));

        Assert.Equal(2, used.Distinct().Count());
        Assert.All(used, static resource => Assert.True(resource.IsDisposed));
    }

    [Fact]
    public async Task Lambda_GetsServicesOfTheScope()
    {
        var outcome = await Run(static (int input, Resource first, Resource second) => first == second && !first.IsDisposed, "1", static services => services.AddScoped<Resource>());

        Assert.Equal("true", ResultOf(outcome));
    }

    [Fact]
    public async Task Lambda_WhoseServiceIsNotThere_IsAnErrorThatNamesIt()
    {
        var error = ErrorOf(await Run(static (int input, Resource resource) => 1, "1"));

        Assert.Equal("InvalidOperationException", error.Reason);
        Assert.Contains(nameof(Resource), error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_ThatAHandlerLogs_SaysWhoseItIs()
    {
        using var lines = new ScopedLines();
        await using var fixture = new HandlerFixture(services =>
        {
            services.AddLogging(logging => logging.AddProvider(lines));
            services.AddHandlerDelegate(Handler, "test", configure: null);
        });

        var id = fixture.Work.Add("test", "1", attempt: 2);
        await fixture.Work.OutcomeOf(id);

        Assert.Equal([$"TaskId:{id} TaskType:test Attempt:2 before", $"TaskId:{id} TaskType:test Attempt:2 after"], lines.Of("handler"));

        static async Task Handler(int input, ILoggerFactory log)
        {
            var logger = log.CreateLogger("handler");
            logger.Log(LogLevel.Information, default, "before", exception: null, static (text, _) => text);
            await Task.Yield();
            logger.Log(LogLevel.Information, default, "after", exception: null, static (text, _) => text);
        }
    }

    [Fact]
    public async Task Attempt_OfATracedTask_IsASpanInItsTrace()
    {
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "TaskApi",
            Sample = static (ref options) => options.TraceId.ToString() == "0af7651916cd43dd8448eb211c80319c" ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            // The source is the process's: others' spans are heard of, too.
            ActivityStopped = span =>
            {
                if (span.DisplayName == "run traced") spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(static (TaskContext context) => $"{context.TraceParent} {Activity.Current!.ParentId}", "traced", configure: null));

        var id = fixture.Work.Add("traced", traceParent: Parent);
        Assert.Equal($"\"{Parent} {Parent}\"", ResultOf(await fixture.Work.OutcomeOf(id)));

        var span = Assert.Single(spans);
        Assert.Equal((ActivityKind.Consumer, "run traced"), (span.Kind, span.DisplayName));
        Assert.Equal("b7ad6b7169203331", Assert.Single(span.Links).Context.SpanId.ToString());
        Assert.Equal(id.ToString(), span.GetTagItem("taskapi.task.id"));
        Assert.Equal("completed", span.GetTagItem("taskapi.task.outcome"));
    }
}
