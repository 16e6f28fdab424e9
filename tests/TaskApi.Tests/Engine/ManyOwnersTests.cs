using System.Runtime.CompilerServices;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>More owners than 16 bits can count: each keeps what is its own, and a task takes no more room for it.</summary>
public sealed class ManyOwnersTests
{
    private const int Many = 65_536;

    [Fact]
    public void Entry_OfATask_TakesEightyBytes() => Assert.Equal(80, Unsafe.SizeOf<TaskEntry>());

    [Fact]
    public async Task Owners_MoreThanSixteenBitsCount_HaveTasksOfTheirOwn()
    {
        using var engine = new WorkFixture();
        var only = Spec() is var spec ? spec with { Work = spec.Work! with { Unique = new UniqueTask("k", UniqueScope.Unfinished, UniqueConflict.Existing) } } : null!;
        var first = (await engine.Storage.CreateAsync(Name(0), only, watch: false, Ended)).Task!;
        Assert.Equal(AnswerStatus.Ok, await engine.Storage.Queues.SetAsync(Name(0), first.Work!.Queue!, new QueueSettings { Paused = true }, Ended));
        for (var i = 1; i < Many; i++) await engine.Storage.CreateAsync(Name(i), Spec(60), watch: false, Ended);

        var last = (await engine.Storage.CreateAsync(Name(Many), only, watch: false, Ended)).Task!;

        Assert.NotEqual(first.Id, last.Id);
        Assert.Equal((Name(0), Name(Many)), (first.Owner, last.Owner));
        Assert.Equal(AnswerStatus.NotFound, (await engine.Storage.FindAsync(Name(Many), first.Id, Ended)).Status);
        Assert.Equal(AnswerStatus.NotFound, (await engine.Storage.FindAsync(Name(0), last.Id, Ended)).Status);
        Assert.Equal([last.Id], (await engine.Storage.ListAsync(Name(Many), new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: 10), Ended)).Tasks.Select(static task => task.Id));
        var got = await engine.Storage.Work.AcquireAsync(WorkAcquire.OfWorker(Name(Many), "w", [last.Work!.Queue!], 10, TimeSpan.FromSeconds(30), TimeSpan.Zero), Ended);
        Assert.Equal([last.Id], got.Tasks.Select(static task => task.Task.Id));
        Assert.Equal((1, Many + 1), ((await engine.Storage.GetStatsAsync(Name(0), Ended)).Pending, engine.Storage.GetTotals().Created));
    }

    [Fact]
    public void All_WhileOwnersCome_IsInTheirOrder()
    {
        var owners = new OwnerTable();
        for (var i = 0; i < 100; i++)
        {
            var added = owners.Ensure(Name(i));
            Assert.Equal((i, added, added, i + 1), (added.Ordinal, owners.Find(i), owners.Find(Name(i)), owners.All.Length));
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(Name), owners.All.ToArray().Select(static owner => owner.Name));
    }

    [Fact]
    public async Task Queues_OfSomebodyWithoutTasks_AreLookedAtWithoutBeingAnybodys()
    {
        using var engine = new WorkFixture(configureWork: static work => work.Queues["bounded"] = new QueueDefaults { MaxRunning = 3 });
        await engine.Create(queue: "theirs");

        Assert.Equal((default, 3), await engine.Storage.Queues.FindAsync("nobody", "bounded", Ended) is var queue ? (queue.Counts, queue.Settings.MaxRunning) : default);
        Assert.Equal(["bounded"], (await engine.Storage.Queues.ListAsync("nobody", "", 10, Ended)).Select(static queue => queue.Name));
    }

    private static string Name(int number) => $"owner {number}";
}
