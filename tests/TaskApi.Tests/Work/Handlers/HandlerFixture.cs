using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Work;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Handlers that run on a manual clock, and get their tasks from the test.</summary>
internal sealed class HandlerFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public HandlerFixture(Action<IServiceCollection> register, long? parentBytes = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        services.AddOptions();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<IWorkSource>(Work);
        services.AddSingleton<ITaskCommands>(static provider => provider.GetRequiredService<MemoryTaskStorage>());
        services.AddSingleton<ITaskClock>(static provider => provider.GetRequiredService<MemoryTaskStorage>());
        services.AddSingleton<ITaskQueries>(static provider => provider.GetRequiredService<MemoryTaskStorage>());
        services.AddSingleton(static provider =>
            new MemoryTaskStorage(provider.GetRequiredService<IOptions<TaskOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<MemoryTaskStorage>>()));
        register(services);
        _services = services.BuildServiceProvider(validateScopes: true);
        Runner = _services.GetRequiredService<HandlerRunner>();
        Runner.MostParentBytes = parentBytes;
        Runner.Start();
    }

    public ManualTimeProvider Clock { get; } = new();

    public FakeWork Work { get; } = new();

    public LogRecorder Log { get; } = new();

    public HandlerRunner Runner { get; }

    /// <summary>Runs one task with a handler, and answers what was said of its end.</summary>
    public static async Task<WorkOutcome> Run(Delegate handler, string? input = "null", Action<IServiceCollection>? register = null, Action<HandlerOptions>? configure = null)
    {
        await using var fixture = new HandlerFixture(services =>
        {
            register?.Invoke(services);
            services.AddHandlerDelegate(handler, "test", configure);
        });
        return await fixture.Work.OutcomeOf(fixture.Work.Add("test", input));
    }

    /// <summary>The result that an outcome has, as JSON.</summary>
    public static string ResultOf(WorkOutcome outcome)
    {
        Assert.Equal(WorkOutcomeKind.Result, outcome.Kind);
        return Encoding.UTF8.GetString(outcome.Result.Span);
    }

    /// <summary>The result that an outcome has.</summary>
    public static T ResultOf<T>(WorkOutcome outcome) => JsonSerializer.Deserialize<T>(ResultOf(outcome), JsonSerializerOptions.Web)!;

    /// <summary>The error that an outcome has.</summary>
    public static TaskError ErrorOf(WorkOutcome outcome)
    {
        Assert.Equal(WorkOutcomeKind.Error, outcome.Kind);
        return outcome.Error!;
    }

    public async ValueTask DisposeAsync()
    {
        await Runner.StopAsync(TimeSpan.Zero, new CancellationToken(canceled: true));
        await _services.DisposeAsync();
    }
}

/// <summary>A place that a handler comes to, and where it stays until the test lets it go.</summary>
internal sealed class Barrier
{
    private readonly Channel<bool> _arrived = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>For handlers: says that it is here, and waits.</summary>
    public Task Pass(CancellationToken cancellationToken = default)
    {
        _arrived.Writer.TryWrite(true);
        return _open.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Completes when one more has come.</summary>
    public Task Arrival() => _arrived.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>How many have come that nobody has waited for.</summary>
    public int Arrived => _arrived.Reader.Count;

    public void Open() => _open.TrySetResult();
}
