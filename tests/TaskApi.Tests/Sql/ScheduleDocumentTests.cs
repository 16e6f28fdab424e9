using System.Reflection;
using System.Text;
using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Tests.Sql;

/// <summary>What was asked for with a schedule, on its way to the database and back.</summary>
public sealed class ScheduleDocumentTests
{
    private const string Input = """{"n":1.50,"big":123456789012345678901234567890,"text":"Hei \u0000 日本語 <&>","list":[null]}""";

    private const string Target = """{"url":"https://example.com/hook","headers":{"X-Shop":"north"}}""";

    private static readonly ScheduleDefinition _full = new()
    {
        Timing = new ScheduleTiming
        {
            Cron = "0 8 * * MON",
            EverySeconds = 60,
            TimeZone = "Europe/Oslo",
            StartAt = new DateTimeOffset(2026, 6, 15, 10, 0, 0, TimeSpan.FromHours(2)).AddTicks(1),
            EndAt = new DateTimeOffset(2027, 6, 15, 10, 0, 0, TimeSpan.Zero),
        },
        JitterSeconds = 0.1,
        Missed = MissedOccurrences.All,
        Overlap = OverlapRule.Wait,
        Paused = true,
        Task = new TaskSpec
        {
            Message = "",
            Schedule = default,
            Name = "name\0😀",
            Group = "g",
            TimeoutSeconds = 1 / 3.0,
            Callback = new CallbackSpec(Encoding.UTF8.GetBytes(Target), 1 << (int)TaskState.Failed),
            Work = new WorkSpec
            {
                Type = "report",
                Input = Encoding.UTF8.GetBytes(Input),
                Queue = "q",
                Priority = -3,
                Key = "k",
                Retry = new RetryPolicy { MaxAttempts = 5, MaxLosses = 0, InitialSeconds = 0.5, Factor = 3, MaxSeconds = 7, Jitter = 0, MaxElapsedSeconds = 9 },
                AttemptSeconds = 12,
                Parent = Guid.Parse("0198f000-0000-7000-8000-000000000001"),
                Unique = new UniqueTask("u", UniqueScope.Pending, UniqueConflict.Replace),
            },
        },
    };

    [Fact]
    public void Definition_WithEverything_ComesBackAsItWas()
    {
        var read = ScheduleDocument.Read(ScheduleDocument.Write(_full));

        Assert.Equal(Input, Encoding.UTF8.GetString(read.Task.Work!.Input.Span));
        Assert.Equal(Target, Encoding.UTF8.GetString(read.Task.Callback!.Target));
        Assert.Equal(Comparable(_full), Comparable(read));
        Assert.Equal(_full.Timing.StartAt!.Value.Offset, read.Timing.StartAt!.Value.Offset);
    }

    [Fact]
    public void Definition_OfAMessage_ComesBackAsItWas()
    {
        var plain = new ScheduleDefinition { Timing = new ScheduleTiming { Cron = "@daily" }, Task = new TaskSpec { Message = "Hei \0 😀", Schedule = default } };
        Assert.Equal(plain, ScheduleDocument.Read(ScheduleDocument.Write(plain)));
    }

    [Fact]
    public void Input_AsDeepAsOneMayBe_ComesBackAsItWas()
    {
        var deep = new string('[', 64) + new string(']', 64);
        var definition = _full with { Task = _full.Task with { Work = _full.Task.Work! with { Input = Encoding.UTF8.GetBytes(deep) } } };
        Assert.Equal(deep, Encoding.UTF8.GetString(ScheduleDocument.Read(ScheduleDocument.Write(definition)).Task.Work!.Input.Span));
    }

    // A field that a task or a schedule gets has to be kept, too: then it is to be set above. Of an occurrence is what isn't kept.
    [Fact]
    public void Full_OfEveryField_HasAValue()
    {
        string[] isOfOccurrence = ["Message", "Schedule", "TraceParent", "After", "Gather"];
        foreach (var part in (object[])[_full, _full.Timing, _full.Task, _full.Task.Work!, _full.Task.Work!.Retry])
        {
            var usual = part is RetryPolicy ? RetryPolicy.Default : null;
            Assert.All(part.GetType().GetProperties().Where(static property => property.CanWrite), property =>
                Assert.True(isOfOccurrence.Contains(property.Name) || !Equals(property.GetValue(part), usual is null ? Default(property) : property.GetValue(usual)), property.Name));
        }

        static object? Default(PropertyInfo property) => property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null;
    }

    private static ScheduleDefinition Comparable(ScheduleDefinition definition) =>
        definition with { Task = definition.Task with { Callback = definition.Task.Callback! with { Target = [] }, Work = definition.Task.Work! with { Input = default } } };
}
