using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Work;

namespace TaskApi.Benchmarks.Work;

/// <summary>Handlers as a program has them, with a storage in memory, called without HTTP.</summary>
internal sealed class HandlersUnderTest : IDisposable
{
    /// <summary>The type of all tasks.</summary>
    public const string Type = "noop";

    private readonly ServiceProvider _services;

    public HandlersUnderTest(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.Configure<TaskOptions>(static options => (options.MaxPending, options.MaxFinished, options.Retention) = (100_000_000, 100_000, TimeSpan.FromHours(1)));
        services.AddSingleton<Measurements>().AddMemoryStorage().AddTaskPorts();
        register(services);
        _services = services.BuildServiceProvider();
        Commands = _services.GetRequiredService<ITaskCommands>();
        Queries = _services.GetRequiredService<ITaskQueries>();
        Runner = _services.GetRequiredService<HandlerRunner>();
    }

    public ITaskCommands Commands { get; }

    public ITaskQueries Queries { get; }

    public HandlerRunner Runner { get; }

    /// <summary>A task with an input.</summary>
    public static TaskSpec Spec(string input, DateTimeOffset? dueAt = null, double delaySeconds = 0) => new()
    {
        Message = "",
        Schedule = new TaskSchedule(delaySeconds, dueAt),
        Work = new WorkSpec { Type = Type, Input = Encoding.UTF8.GetBytes(input) },
    };

    /// <summary>A task whose input is a number.</summary>
    public static TaskSpec Spec(int number, DateTimeOffset? dueAt = null) => Spec(number.ToString(CultureInfo.InvariantCulture), dueAt);

    public async Task<long> Completed() => (await Queries.GetStatsAsync("", CancellationToken.None)).Completed;

    public void Dispose()
    {
        Runner.StopAsync(TimeSpan.Zero, CancellationToken.None).GetAwaiter().GetResult();
        _services.Dispose();
    }
}

/// <summary>A handler that does nothing.</summary>
internal sealed class Noop : ITaskHandler<int, int>
{
    public Task<int> RunAsync(int input, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(input);
}
