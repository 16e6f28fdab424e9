using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>
/// Random programs of create, cancel, reschedule, gather, wait and as-completed, held against a small model of asyncio. Tasks end
/// at whole hundredths of a second and waits in between, so that it is never a matter of luck which comes first.
/// </summary>
public sealed class AsyncioModelTests : EndpointTests
{
    public enum Verb
    {
        Create,
        CreateWithTimeout,
        Cancel,
        Reschedule,
        Advance,
        Gather,
        GatherAndCancelMeanwhile,
        GatherCreated,
        Wait,
        AsCompleted,
    }

    private readonly List<ModelTask> _tasks = [];
    private int _programs;

    /// <summary>One step of a program: what, with which of the tasks so far, how long, and one way or the other.</summary>
    public sealed record Move(Verb Verb, int[] Picks, int Ms, int WaitMs, bool Flag, bool Cancels);

    [Fact]
    public void Service_RandomPrograms_AgreesWithTheModel() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(40), Prop.ForAll(Programs(), Run));

    private static Arbitrary<Move[]> Programs()
    {
        var verbs = Gen.Frequency(
            (5, Gen.Constant(Verb.Create)),
            (3, Gen.Constant(Verb.CreateWithTimeout)),
            (2, Gen.Constant(Verb.Cancel)),
            (2, Gen.Constant(Verb.Reschedule)),
            (2, Gen.Constant(Verb.Advance)),
            (4, Gen.Constant(Verb.Gather)),
            (2, Gen.Constant(Verb.GatherAndCancelMeanwhile)),
            (2, Gen.Constant(Verb.GatherCreated)),
            (4, Gen.Constant(Verb.Wait)),
            (3, Gen.Constant(Verb.AsCompleted)));
        var flags = Gen.Elements(true, false);
        var times = Gen.Elements(0, 10, 60, 640, 650, 1000, 5000, 40_960);
        // Seconds that a double holds exactly.
        var waits = Gen.Elements(0, 125, 375, 1125, 60_125);
        var moves =
            from verb in verbs
            from picks in Gen.Choose(0, 1000).ArrayOf().Resize(8)
            from ms in times
            from wait in waits
            from flag in flags
            from cancels in flags
            select new Move(verb, picks, ms, wait, flag, cancels);
        return Arb.From(moves.ArrayOf(), static program => Enumerable.Range(0, program.Length).Select(i => program.Where((_, at) => at != i).ToArray()));
    }

    private async Task Run(Move[] program)
    {
        _tasks.Clear();
        var group = $"program{_programs++}";
        foreach (var move in program)
        {
            await Do(move, group);
            Elapse(Now);
            foreach (var task in _tasks)
                await Compare(task);
        }

        var listed = (await Get($"/tasks?group={group}&limit=1000")).IsJson(HttpStatusCode.OK).Items("tasks").Select(TaskJson.Id);
        Assert.Equal(_tasks.Select(static task => task.Id), listed);
        await Delete($"/tasks?group={group}");
    }

    private Task Do(Move move, string group)
    {
        var picked = _tasks.Count == 0 ? [] : Array.ConvertAll(move.Picks, pick => _tasks[pick % _tasks.Count]);
        return move.Verb switch
        {
            Verb.Create => Create(group, move.Ms, timeoutMs: null),
            Verb.CreateWithTimeout => Create(group, move.Ms, (move.Ms / 20 * 10) + 50),
            Verb.Cancel => picked.Length == 0 ? Task.CompletedTask : Cancel(picked[0]),
            Verb.Reschedule => picked.Length == 0 ? Task.CompletedTask : Reschedule(picked[0], move.Ms),
            Verb.Gather => Gather(picked, move, meanwhile: null),
            Verb.GatherAndCancelMeanwhile => Gather(picked, move, Array.Find(picked, static task => !task.IsDone)),
            Verb.GatherCreated => GatherCreated(group, move),
            Verb.Wait => picked.Length == 0 ? Task.CompletedTask : Wait(picked, move),
            Verb.AsCompleted => AsCompleted(picked, move),
            _ => Task.Run(() => Elapse(Now.AddMilliseconds(move.Ms))),
        };
    }

    private async Task Create(string group, int ms, int? timeoutMs)
    {
        var task = await Create(FormattableString.Invariant(
            $$"""{"message":"Hei","group":"{{group}}","delaySeconds":{{ms / 1000.0}},"timeoutSeconds":{{(timeoutMs is null ? "null" : timeoutMs / 1000.0)}}}"""));
        _tasks.Add(new ModelTask(task.Id(), Now.AddMilliseconds(ms), timeoutMs is { } after ? Now.AddMilliseconds(after) : null));
    }

    private async Task Cancel(ModelTask task)
    {
        var reply = await Delete($"/tasks/{task.Id}");
        if (task.Status == "completed")
            reply.IsProblem(HttpStatusCode.Conflict, "task-already-finished");
        else
            reply.IsJson(HttpStatusCode.OK);
        task.Cancel("cancelled", Now);
    }

    private async Task Reschedule(ModelTask task, int ms)
    {
        var reply = await Patch($"/tasks/{task.Id}", FormattableString.Invariant($$"""{"delaySeconds":{{ms / 1000.0}}}"""));
        if (task.IsDone)
            reply.IsProblem(HttpStatusCode.Conflict, "task-already-finished");
        else
            reply.IsJson(HttpStatusCode.OK);
        task.Reschedule(Now.AddMilliseconds(ms));
    }

    private async Task Gather(ModelTask[] tasks, Move move, ModelTask? meanwhile)
    {
        var started = Now;
        var ends = AsyncioModel.GatherEnds(tasks, move.Flag, Now);
        var reply = Post("/tasks/gather", Body(tasks, move, $"\"returnExceptions\":{(move.Flag ? "true" : "false")},\"onTimeout\":\"{(move.Cancels ? "cancel" : "leave")}\""));
        if (ends is not null && move.WaitMs > 0 && meanwhile is not null)
        {
            await Clock.TimerArmed(Ms(move.WaitMs));
            await Cancel(meanwhile);
            ends = AsyncioModel.GatherEnds(tasks, move.Flag, Now);
            started = Now;
        }

        var inTime = await Elapse(ends, move, tasks);
        var answer = await reply;
        var failed = move.Flag ? [] : AsyncioModel.GatherFails(tasks, started);
        if (inTime && failed.Count > 0)
            Assert.Contains((int)answer.IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json.Number("index"), failed);
        else
            CheckGather(answer, tasks, inTime);
        await Align(inTime);
    }

    private async Task GatherCreated(string group, Move move)
    {
        var delays = Array.ConvertAll(move.Picks, pick => pick % 20 * 10);
        var tasks = string.Join(',', delays.Select(ms => FormattableString.Invariant($$"""{"message":"Hei","group":"{{group}}","delaySeconds":{{ms / 1000.0}}}""")));
        var (started, waitMs) = (Now, Math.Max(move.WaitMs, 125));
        var reply = Post("/tasks/gather", FormattableString.Invariant($$"""{"tasks":[{{tasks}}],"waitSeconds":{{waitMs / 1000.0}}}"""));
        var longest = delays.DefaultIfEmpty().Max();
        if (longest > 0)
        {
            await Clock.TimerArmed(Ms(waitMs));
            Clock.Advance(Ms(Math.Min(longest, waitMs)));
        }

        var answer = await reply;
        foreach (var (task, ms) in answer.Json.Items("tasks").Zip(delays))
            _tasks.Add(new ModelTask(task.Id(), started.AddMilliseconds(ms), timeoutAt: null));
        Elapse(Now);
        CheckGather(answer, [.. _tasks.TakeLast(delays.Length)], longest <= waitMs);
        await Align(longest <= waitMs);
    }

    private async Task Wait(ModelTask[] tasks, Move move)
    {
        var returnWhen = move.Flag ? "firstCompleted" : move.Ms % 20 == 0 ? "allCompleted" : "firstException";
        var ends = AsyncioModel.WaitEnds(tasks, move.Flag, Now);
        var reply = Post("/tasks/wait", Body(tasks, move, $"\"returnWhen\":\"{returnWhen}\",\"onTimeout\":\"{(move.Cancels ? "cancel" : "leave")}\""));

        var inTime = await Elapse(ends, move, tasks);

        var answer = (await reply).IsJson(HttpStatusCode.OK);
        Assert.Equal(tasks.Distinct().Where(static task => task.IsDone).Select(Seen), answer.Items("done").Select(Seen));
        Assert.Equal(tasks.Distinct().Where(static task => !task.IsDone).Select(Seen), answer.Items("pending").Select(Seen));
        await Align(inTime);
    }

    private async Task AsCompleted(ModelTask[] tasks, Move move)
    {
        var ends = AsyncioModel.WaitEnds([.. tasks, new("", Now, null)], first: false, Now);
        using var stream = await Open(HttpMethod.Post, "/tasks/as-completed", Content(Body(tasks, move, "")));

        var inTime = await Elapse(ends, move with { Cancels = false }, tasks);

        var told = await stream.Rest();
        Assert.Equal(told.OrderBy(static task => task.Instant("finishedAt")).Select(Seen), told.Select(Seen));
        Assert.Equal(tasks.Distinct().Where(static task => task.IsDone).Select(Seen).Order(), told.Select(Seen).Order());
        await Align(inTime);
    }

    // Lets the time pass up to the end of a wait, be it its own or that of its time: false for the latter.
    private async Task<bool> Elapse(DateTimeOffset? ends, Move move, ModelTask[] tasks)
    {
        if (ends is null)
            return true;
        var outOfTime = Now.AddMilliseconds(move.WaitMs);
        if (move.WaitMs > 0)
            await Clock.TimerArmed(Ms(move.WaitMs));
        Elapse(ends < outOfTime ? ends.Value : outOfTime);
        if (ends >= outOfTime && move.Cancels)
            Array.ForEach(tasks, task => task.Cancel("timeout", Now));
        return ends < outOfTime;
    }

    private void Elapse(DateTimeOffset until)
    {
        Clock.Advance(until - Now);
        _tasks.ForEach(task => task.Elapse(Now));
    }

    // A wait that ran out of time did so between two hundredths.
    private Task Align(bool inTime) => Task.Run(() => Elapse(inTime || Now.Millisecond % 10 == 0 ? Now : Now.AddMilliseconds(5)));

    private static void CheckGather(Reply answer, IReadOnlyList<ModelTask> tasks, bool isDone)
    {
        var gathered = answer.IsJson(isDone ? HttpStatusCode.OK : HttpStatusCode.Accepted);
        Assert.Equal(isDone, gathered.GetProperty("done").GetBoolean());
        Assert.Equal(tasks.Select(Seen), gathered.Items("tasks").Select(Seen));
        if (!isDone)
            Assert.Equal(JsonValueKind.Null, gathered.GetProperty("results").ValueKind);
        else
            Assert.Equal(tasks.Select(static task => task.Status == "completed" ? $"{task.FinishedAt:HH:mm:ss} Hei" : null), gathered.Items("results").Select(static result => result.GetString()));
    }

    private async Task Compare(ModelTask task) => Assert.Equal(Seen(task), Seen(task.IsDone ? await Finished(task.Id) : await Look(task.Id)));

    private static string Body(ModelTask[] tasks, Move move, string more) => FormattableString.Invariant(
        $$"""{"ids":[{{string.Join(',', tasks.Select(static task => $"\"{task.Id}\""))}}],"waitSeconds":{{move.WaitMs / 1000.0}}{{(more.Length == 0 ? "" : ",")}}{{more}}}""");

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static (string, string, string?, DateTimeOffset, DateTimeOffset?) Seen(ModelTask task) => (task.Id, task.Status, task.Reason, task.DueAt, task.FinishedAt);

    private static (string, string, string?, DateTimeOffset, DateTimeOffset?) Seen(JsonElement task) => (
        task.Id(),
        task.Status(),
        task.GetProperty("error").ValueKind == JsonValueKind.Null ? null : task.GetProperty("error").Text("reason"),
        task.Instant("dueAt"),
        task.Status() == "pending" ? null : task.Instant("finishedAt"));
}
