using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;

namespace TaskApi.Tests;

/// <summary>What a node tells the others of a transaction.</summary>
public sealed class AnnouncementTests
{
    private const int LongestPayload = 7_999;

    [Fact]
    public void Announcement_OfMixedEffects_IsReadAsItWasWritten()
    {
        TaskEffect[] effects = [.. new (TaskEventKind, long)[]
        {
            (TaskEventKind.Created, 5), (TaskEventKind.Created, 6), (TaskEventKind.Completed, 5), (TaskEventKind.Cancelled, (1L << 44) - 1),
            (TaskEventKind.Rescheduled, 1), (TaskEventKind.Failed, 2), (TaskEventKind.Completed, 3),
        }.Select(static effect => Effect(effect.Item1, effect.Item2))];

        var (announced, count) = (Announce(effects, dueTick: 1_795_000_000_123).Single(), effects.Length);

        Assert.Equal(effects.Select(static effect => new AnnouncedEffect(effect.Kind, effect.Sequence)), announced.Effects);
        Assert.Equal((100 + count, "node", 7, 1_795_000_000_123), (announced.LastEvent, announced.Node, announced.Number, announced.DueTick));
    }

    [Fact]
    public void Announcement_OfNothingButADueTick_SaysThat()
    {
        var next = 0;
        var announced = Announcement.Read($"100 {Announcement.Write("node", 1, 5, [], ref next)}", static (_, _) => true);

        Assert.Equal((100, 5, 0), (announced.LastEvent, announced.DueTick, announced.Effects.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData(1L << 43)]
    public void Announcement_OfVeryMany_FitsIntoNotificationsAndLosesNone(long spread)
    {
        var random = new Random(1);
        TaskEffect[] effects = [.. Enumerable.Range(0, 20_000).Select(i => Effect(i % 7 == 0 ? TaskEventKind.Cancelled : TaskEventKind.Completed, 1 + random.NextInt64(spread)))];

        var announced = Announce(effects, dueTick: null);

        Assert.Equal(effects.Select(static effect => effect.Sequence), announced.SelectMany(static one => one.Effects).Select(static effect => effect.Sequence));
        Assert.Equal(effects.Select(static effect => effect.Kind), announced.SelectMany(static one => one.Effects).Select(static effect => effect.Kind));
    }

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(8, 100)]
    [InlineData(8, 1000)]
    public void Announcement_OfFewCreations_CarriesTheTasksThatFit(int count, int length)
    {
        TaskEffect[] effects = [.. Enumerable.Range(1, count).Select(i => new TaskEffect(TaskEventKind.Created, new TaskId(0, i, 0), DueTick: 0, NewTask(i, new string('日', length))))];

        var announced = Announce(effects, dueTick: 1).Single();

        var carried = announced.Carried.OfType<TaskSnapshot>().ToList();
        Assert.Equal(count * length > 1800 ? Math.Min(count, 1800 / length) : count, carried.Count);
        Assert.All(carried, task => Assert.Equivalent(effects.Single(effect => effect.Task!.Id == task.Id).Task, task));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 node 2 3 AAAA")]
    [InlineData("x node 2 3 AAAA ")]
    [InlineData("1 node 2 3 %%% ")]
    [InlineData("1 node 2 3 /w== ")]
    [InlineData("1 node 2 3 AAIC AAAA")]
    [InlineData("1 node 2 3 AAIC CQAA")]
    public void Notification_OfSomethingElse_IsNotRead(string payload) => Assert.Throws<FormatException>(() => Announcement.Read(payload, static (_, _) => true));

    private static TaskEffect Effect(TaskEventKind kind, long sequence) => new(kind, new TaskId(0, sequence, 0), DueTick: 0, Task: null);

    private static TaskSnapshot NewTask(int number, string message) => new()
    {
        Id = Guid.CreateVersion7(new DateTimeOffset(2026, 6, 15, 10, 0, 0, TimeSpan.Zero)),
        Owner = "owner",
        Name = number % 2 == 0 ? "name" : null,
        Group = number % 3 == 0 ? "group" : null,
        Message = message,
        DelaySeconds = 0.25,
        State = TaskState.Pending,
        CreatedAt = new DateTimeOffset(2026, 6, 15, 10, 0, 0, number, TimeSpan.Zero),
        DueAt = new DateTimeOffset(2026, 6, 15, 10, 0, 1, number, TimeSpan.Zero),
        FinishedAt = null,
        Result = null,
        Error = null,
        Version = number,
    };

    private static List<Announcement> Announce(TaskEffect[] effects, long? dueTick)
    {
        var announced = new List<Announcement>();
        for (var next = 0; next < effects.Length;)
        {
            var text = $"{100 + effects.Length} {Announcement.Write("node", 7, dueTick, effects, ref next)}";
            Assert.InRange(text.Length, 1, LongestPayload);
            announced.Add(Announcement.Read(text, static (_, _) => true));
        }

        return announced;
    }
}
