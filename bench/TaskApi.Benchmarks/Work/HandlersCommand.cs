using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Bench;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Benchmarks.Work;

/// <summary>
/// How many tasks a second are created, run by a handler that does nothing, and finished; beside a channel whose consumers make a scope for each item.
/// In turns, so that both have the same machine. Then how soon after its due time a task is in its handler's code.
/// </summary>
internal static class HandlersCommand
{
    private const int Chunk = 1_000;
    private const double TargetRate = 150_000;
    private const double TargetMs = 1;

    public static async Task RunAsync(Arguments arguments)
    {
        var count = arguments.Number("count", 1_000_000);
        var rounds = arguments.Number("rounds", 5);
        var (ours, channels, ratios) = (new Sample(), new Sample(), new Sample());
        var (ourMicroseconds, channelMicroseconds) = (new Sample(), new Sample());
        for (var round = 0; round <= rounds; round++)
        {
            var (rate, cost) = await MeasureAsync(HandlersAsync, count);
            var (channel, channelCost) = await MeasureAsync(ChannelAsync, count);
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"  handlers {Figures.Count(rate)}/s, {cost:0.00} us each; channel {Figures.Count(channel)}/s, {channelCost:0.00} us each"));
            // The first one warms up.
            if (round == 0)
                continue;
            ours.Add(rate);
            channels.Add(channel);
            ratios.Add(rate / channel);
            ourMicroseconds.Add(cost);
            channelMicroseconds.Add(channelCost);
        }

        TableRow.Write(
            $"Tasks created, run by a handler that does nothing, and finished, {Figures.Short(count)} in {rounds} rounds (beside it: a channel, with a scope an item)",
            $"{Figures.Count(ours.At(0.5))}/s", $"{Figures.Count(channels.At(0.5))}/s", FormattableString.Invariant($"{ratios.At(0.5):0.00}"), $"≥ {Figures.Count(TargetRate)}/s", ours.At(0.5) >= TargetRate ? "ok" : "**missed**");

        TableRow.Write("… processor time for each", FormattableString.Invariant($"{ourMicroseconds.At(0.5):0.00} µs"), FormattableString.Invariant($"{channelMicroseconds.At(0.5):0.00} µs"), "", "", "");

        var (late, delays) = await LatenessAsync(arguments.Number("rate", 1_000), arguments.Number("seconds", 10));
        TableRow.Write(
            $"From due to the first line of the handler, p99 of {Figures.Count(late.Count)} tasks (beside it: of a Task.Delay to the same instant)",
            Figures.Ms(late.At(0.99)), Figures.Ms(delays.At(0.99)), FormattableString.Invariant($"{late.At(0.99) / delays.At(0.99):0.00}"), $"≤ {Figures.Ms(TargetMs)}", late.At(0.99) <= TargetMs ? "ok" : "**missed**");
        TableRow.Write("… p50", Figures.Ms(late.At(0.5)), Figures.Ms(delays.At(0.5)), "", "", "");
    }

    // Items a second, and the microseconds of processor time that each takes, garbage collection included.
    private static async Task<(double Rate, double Microseconds)> MeasureAsync(Func<int, Task<double>> run, int count)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        var rate = await run(count);
        return (rate, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count);
    }

    private static async Task<double> HandlersAsync(int count)
    {
        using var handlers = new HandlersUnderTest(static services => services.AddHandlerClass(typeof(Noop), HandlersUnderTest.Type, configure: null));
        handlers.Runner.Start();
        var chunk = new TaskSpec[Chunk];
        Array.Fill(chunk, HandlersUnderTest.Spec(1));
        var began = TimeProvider.System.GetTimestamp();
        for (var created = 0; created < count; created += Chunk)
        {
            var answer = await handlers.Commands.CreateManyAsync("", chunk, watch: false, CancellationToken.None);
            if (answer.Status != AnswerStatus.Ok) throw new InvalidOperationException($"Not created: {answer.Status}.");
        }

        while (await handlers.Completed() < count) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        return count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> ChannelAsync(int count)
    {
        await using var services = new ServiceCollection().AddScoped<Noop>().BuildServiceProvider();
        var channel = Channel.CreateUnbounded<int>();
        var began = TimeProvider.System.GetTimestamp();
        var consumers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(() => ConsumeAsync(channel.Reader, services))).ToArray();
        for (var i = 0; i < count; i++) channel.Writer.TryWrite(i);
        channel.Writer.Complete();
        await Task.WhenAll(consumers);
        return count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task ConsumeAsync(ChannelReader<int> items, ServiceProvider services)
    {
        await foreach (var item in items.ReadAllAsync())
        {
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Noop>().RunAsync(item, null!, CancellationToken.None);
        }
    }

    private static async Task<(Sample Handlers, Sample Delays)> LatenessAsync(int rate, int seconds)
    {
        var (late, delays, count) = (new Sample(), new Sample(), rate * seconds);
        var first = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 3_000);
        using var handlers = new HandlersUnderTest(services => services.AddHandlerDelegate((int number) => Note(late, number), HandlersUnderTest.Type, configure: null));
        handlers.Runner.Start();
        var delayed = new Task[count];
        for (var i = 0; i < count; i++)
        {
            await handlers.Commands.CreateAsync("", HandlersUnderTest.Spec(i, DueAt(i)), watch: false, CancellationToken.None);
            delayed[i] = DelayAsync(i);
        }

        await Task.WhenAll(delayed);
        while (await handlers.Completed() < count) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        return (late, delays);

        DateTimeOffset DueAt(int number) => first.AddMilliseconds(number * 1000L / rate);

        async Task DelayAsync(int number)
        {
            await Task.Delay(DueAt(number) - TimeProvider.System.GetUtcNow(), TimeProvider.System);
            Note(delays, number);
        }

        // The first second warms up.
        void Note(Sample sample, int number)
        {
            if (number >= rate) sample.Add((TimeProvider.System.GetUtcNow() - DueAt(number)).TotalMilliseconds);
        }
    }
}
