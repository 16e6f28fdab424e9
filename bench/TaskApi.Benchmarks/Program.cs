using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TaskApi.Bench;
using TaskApi.Benchmarks.Engine;
using TaskApi.Benchmarks.Memory;
using TaskApi.Benchmarks.Work;

const string Usage = """
    Measures the engine without HTTP.

      engine                              create, cancel, reschedule, fire, find, list: BenchmarkDotNet, each beside a naive twin
      memory   [--count N] [--naive yes]  bytes of managed heap per task
      work     [--count N] [--queues N]   tasks with work created, acquired and finished a second
      handlers [--count N] [--rate N]     tasks created, run and finished a second, beside a channel; from due to the handler's code
      garbage  [--count N]                heap and pauses while tasks are created, completed and forgotten
    """;

var arguments = Arguments.Parse(args);
switch (arguments.Command)
{
    case "engine":
        // In this process: its garbage collector is set as the service's is, and is left to itself. Chunks are timed one by one.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithGcForce(false)
            .WithInvocationCount(1).WithUnrollFactor(1).WithWarmupCount(6).WithIterationCount(10);
        BenchmarkRunner.Run<EngineBenchmarks>(DefaultConfig.Instance.AddJob(job));
        return 0;
    case "memory":
        MemoryCommand.Run(arguments);
        return 0;
    case "work":
        await WorkCommand.RunAsync(arguments);
        return 0;
    case "handlers":
        await HandlersCommand.RunAsync(arguments);
        return 0;
    case "garbage":
        GarbageCommand.Run(arguments);
        return 0;
    default:
        await Console.Error.WriteLineAsync(Usage);
        return 2;
}
