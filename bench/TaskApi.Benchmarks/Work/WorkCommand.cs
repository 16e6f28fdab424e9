using TaskApi.Bench;
using TaskApi.Benchmarks.Engine;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Benchmarks.Work;

/// <summary>How many tasks with work go from their creation to their end in a second, without HTTP: created by the thousand, acquired and finished by the hundred.</summary>
internal static class WorkCommand
{
    private const int Target = 150_000;
    private const int Batch = 1_000;

    private static readonly byte[] _result = "1"u8.ToArray();

    public static async Task RunAsync(Arguments arguments)
    {
        var count = arguments.Number("count", 1_000_000);
        var queues = arguments.Number("queues", 1);
        for (var round = 0; round < 2; round++)
        {
            var perSecond = await MeasureAsync(round == 0 ? Math.Min(count, 100_000) : count, queues);
            if (round == 1) TableRow.Write($"Work created, acquired and finished in process, {queues} queue(s): tasks/s", Figures.Count(perSecond), $"≥ {Figures.Count(Target)}", perSecond >= Target);
        }
    }

    private static async Task<double> MeasureAsync(int count, int queues)
    {
        using var engine = new EngineUnderTest(TimeSpan.FromHours(1), maxFinished: 100_000);
        var specs = Enumerable.Range(0, Batch).Select(i => Spec(i, queues)).ToArray();
        var began = TimeProvider.System.GetTimestamp();
        var creating = Task.Run(async () =>
        {
            for (var created = 0; created < count; created += Batch) await engine.Storage.CreateManyAsync("", specs, watch: false, default);
        });
        var finished = 0;
        var call = WorkAcquire.OfHandlers("bench", ["resize"], 100, TimeSpan.FromSeconds(10), new Nobody());
        var runners = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref finished) < count)
            {
                var tasks = (await engine.Storage.Work.AcquireAsync(call, default)).Tasks;
                var outcomes = Array.ConvertAll(tasks, static task => WorkOutcome.Returned(task.Token, _result));
                await engine.Storage.Work.FinishAsync(owner: null, outcomes, default);
                Interlocked.Add(ref finished, outcomes.Length);
            }
        })).ToArray();
        await creating;
        await Task.WhenAny(runners);
        return count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static TaskSpec Spec(int number, int queues) => EngineUnderTest.Spec(WorkInput.Of(number), 0) is var spec && queues == 1
        ? spec
        : spec with { Work = spec.Work! with { Queue = FormattableString.Invariant($"q{number % queues}") } };

    private sealed class Nobody : ILeaseHolder
    {
        public void OnCancelRequested(CancelNotice notice)
        {
        }

        public void OnLeaseLost(LeaseToken token)
        {
        }
    }
}
