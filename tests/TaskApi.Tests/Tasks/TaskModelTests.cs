using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>Random programs of one task's vocabulary, held against a model of a few lines.</summary>
public sealed class TaskModelTests : EndpointTests
{
    /// <summary>One step of a program: what, to which of the tasks so far, with which milliseconds.</summary>
    public enum Verb
    {
        Create,
        CreateWithTimeout,
        Cancel,
        CancelAll,
        Reschedule,
        Advance,
    }

    private int _programs;

    [Fact]
    public void Service_RandomPrograms_AgreesWithTheModel() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(40), Prop.ForAll(Programs(), Run));

    private static Arbitrary<(Verb Verb, int Which, int Ms)[]> Programs()
    {
        var calls = Gen.Frequency(
            (5, Gen.Constant(Verb.Create)),
            (3, Gen.Constant(Verb.CreateWithTimeout)),
            (3, Gen.Constant(Verb.Cancel)),
            (1, Gen.Constant(Verb.CancelAll)),
            (4, Gen.Constant(Verb.Reschedule)),
            (6, Gen.Constant(Verb.Advance)));
        var times = Gen.Elements(0, 1, 63, 64, 65, 100, 128, 1000, 4096, 5000, 300_000);
        var programs = Gen.Zip(calls, Gen.Zip(Gen.Choose(0, 1000), times), (call, rest) => (call, rest.Item1, rest.Item2)).ArrayOf();
        return Arb.From(programs, static program => Enumerable.Range(0, program.Length).Select(i => program.Where((_, at) => at != i).ToArray()));
    }

    private async Task Run((Verb Verb, int Which, int Ms)[] program)
    {
        var group = $"program{_programs++}";
        var tasks = new List<ModelTask>();
        foreach (var (call, which, ms) in program)
            await (tasks.Count > 0 || call <= Verb.CreateWithTimeout ? Step(call, group, tasks, tasks.Count > 0 ? tasks[which % tasks.Count] : null, ms) : Task.CompletedTask);
        foreach (var task in tasks)
            await Compare(task);

        var listed = (await Get($"/tasks?group={group}&limit=1000")).IsJson(HttpStatusCode.OK).Items("tasks").Select(TaskJson.Id);
        Assert.Equal(tasks.Select(task => task.Id), listed);
        await Delete($"/tasks?group={group}");
    }

    private async Task Step(Verb call, string group, List<ModelTask> tasks, ModelTask? task, int ms)
    {
        switch (call)
        {
            case Verb.Create:
            case Verb.CreateWithTimeout:
                var timeout = call == Verb.Create ? (int?)null : (ms / 2) + 50;
                var created = await Create(FormattableString.Invariant(
                    $$"""{"message":"Hei","group":"{{group}}","delaySeconds":{{ms / 1000.0}},"timeoutSeconds":{{(timeout is null ? "null" : timeout / 1000.0)}}}"""));
                task = new ModelTask(created.Id(), Now.AddMilliseconds(ms), timeout is { } after ? Now.AddMilliseconds(after) : null);
                tasks.Add(task);
                break;
            case Verb.Cancel:
                var answer = await Delete($"/tasks/{task!.Id}");
                if (task.Status == "completed")
                    answer.IsProblem(HttpStatusCode.Conflict, "task-already-finished");
                else
                    answer.IsJson(HttpStatusCode.OK);
                task.Cancel("cancelled", Now);
                break;
            case Verb.CancelAll:
                var pending = tasks.Where(one => one.Status == "pending").ToList();
                Assert.Equal(pending.Count, (await Delete($"/tasks?group={group}")).IsJson(HttpStatusCode.OK).Number("cancelled"));
                pending.ForEach(one => one.Cancel("cancelled", Now));
                break;
            case Verb.Reschedule:
                var moved = await Patch($"/tasks/{task!.Id}", FormattableString.Invariant($$"""{"delaySeconds":{{ms / 1000.0}}}"""));
                if (task.Status == "pending")
                    moved.IsJson(HttpStatusCode.OK);
                else
                    moved.IsProblem(HttpStatusCode.Conflict, "task-already-finished");
                task.Reschedule(Now.AddMilliseconds(ms));
                break;
            default:
                Clock.Advance(TimeSpan.FromMilliseconds(ms));
                break;
        }

        // What is due by now is finished by the service sooner or later, but before the model goes on.
        foreach (var one in tasks.Where(one => one.Elapse(Now)))
            await Compare(one);
        if (task is not null)
            await Compare(task);
    }

    private async Task Compare(ModelTask task)
    {
        var shown = task.Status == "pending" ? await Look(task.Id) : await Finished(task.Id);
        Assert.Equal(task.Status, shown.Status());
        Assert.Equal(task.DueAt, shown.Instant("dueAt"));
        Assert.Equal(task.FinishedAt, shown.GetProperty("finishedAt").ValueKind == JsonValueKind.Null ? null : shown.Instant("finishedAt"));
        Assert.Equal(task.Reason, shown.GetProperty("error").ValueKind == JsonValueKind.Null ? null : shown.GetProperty("error").Text("reason"));
    }

    private sealed class ModelTask(string id, DateTimeOffset dueAt, DateTimeOffset? timeoutAt)
    {
        public string Id => id;

        public DateTimeOffset DueAt { get; private set; } = dueAt;

        public string Status { get; private set; } = "pending";

        public string? Reason { get; private set; }

        public DateTimeOffset? FinishedAt { get; private set; }

        public void Cancel(string reason, DateTimeOffset at)
        {
            if (Status == "pending")
                (Status, Reason, FinishedAt) = ("cancelled", reason, at);
        }

        public void Reschedule(DateTimeOffset newDueAt)
        {
            if (Status == "pending")
                DueAt = newDueAt;
        }

        /// <summary>True if the task comes to its end by <paramref name="now"/>, and had not before.</summary>
        public bool Elapse(DateTimeOffset now)
        {
            if (Status != "pending" || (DueAt > now && !(timeoutAt <= now)))
                return false;
            if (timeoutAt < DueAt)
                Cancel("timeout", timeoutAt.Value);
            else
                (Status, FinishedAt) = ("completed", DueAt);
            return true;
        }
    }
}
