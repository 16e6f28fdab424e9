using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>The calls on many tasks over a storage whose storage fails from time to time.</summary>
public sealed class StorageFaultTests : EndpointTests
{
    private const string Line = """{"message":"Hei","delaySeconds":100}""";

    private readonly Faults _faults;

    public StorageFaultTests()
        : this(new Faults())
    {
    }

    private StorageFaultTests(Faults faults)
        : base(new TaskApiFactory { Registrations = services => services.AddSingleton(provider => FailingStorage.Create(ActivatorUtilities.CreateInstance<MemoryTaskStorage>(provider), faults)) }) =>
        _faults = faults;

    [Fact]
    public async Task BatchStream_StorageFails_SaysSoOfEachLineAndGoesOnWhenItCan()
    {
        using var lines = new LineContent();
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", lines);
        await lines.Write($"{Line}\n");
        Assert.Equal("pending", (await stream.Json()).Status());

        _faults.AreHappening = true;
        await lines.Write($"{Line}\nx\n{Line}\n");
        foreach (var (line, problem) in new[] { (2, "storage-unavailable"), (3, "invalid-request"), (4, "storage-unavailable") })
        {
            var answer = await stream.Json();
            Assert.Equal((line, $"urn:taskapi:problem:{problem}"), (answer.Number("line"), answer.GetProperty("problem").Text("type")));
        }

        _faults.AreHappening = false;
        await lines.Write(Line);
        lines.End();
        Assert.Equal("pending", (await stream.Json()).Status());
        await stream.Ends();
        Assert.Equal(2, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("wait")]
    public async Task Wait_StorageFailsWhenItIsToCancel_SaysSo(string call)
    {
        var id = await Create(100);
        var reply = Post($"/tasks/{call}", $$"""{"ids":["{{id}}"],"waitSeconds":5,"onTimeout":"cancel"}""");
        await Clock.TimerArmed(Seconds(5));
        _faults.AreHappening = true;

        Clock.Advance(Seconds(5));

        Assert.NotNull((await reply).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable").Header("Retry-After"));
        Assert.Equal("pending", (await Look(id)).Status());
    }

    [Fact]
    public async Task AsCompleted_StorageFailsWhenTimeIsUp_JustEnds()
    {
        var ids = await CreateAll(1, 100);
        using var stream = await Open(HttpMethod.Post, "/tasks/as-completed", Content($$"""{"ids":["{{ids[0]}}","{{ids[1]}}"],"waitSeconds":5}"""));
        await Clock.TimerArmed(Seconds(5));
        Clock.Advance(Seconds(1));
        Assert.Equal(ids[0], (await stream.Json()).Id());
        _faults.AreHappening = true;

        Clock.Advance(Seconds(4));

        await stream.Ends();
    }

    [Theory]
    [InlineData("batch", $"[{Line}]")]
    [InlineData("gather", $$"""{"tasks":[{{Line}}]}""")]
    public async Task Creation_StorageFails_SaysSo(string call, string body)
    {
        _faults.AreHappening = true;

        (await Post($"/tasks/{call}", body)).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
    }

    public sealed class Faults
    {
        public bool AreHappening { get; set; }
    }

    /// <summary>Answers changes, and looks at several tasks, as a storage that is away while there are faults; passes everything else on.</summary>
    public class FailingStorage : DispatchProxy
    {
        private ITaskStorage _inner = null!;
        private Faults _faults = null!;

        internal static ITaskStorage Create(ITaskStorage inner, Faults faults)
        {
            var storage = Create<ITaskStorage, FailingStorage>();
            var proxy = (FailingStorage)(object)storage;
            (proxy._inner, proxy._faults) = (inner, faults);
            return storage;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(ITaskStorage.CreateManyAsync) when _faults.AreHappening => new ValueTask<TasksAnswer>(new TasksAnswer(AnswerStatus.StorageUnavailable, [])),
            nameof(ITaskStorage.CancelManyAsync) when _faults.AreHappening => new ValueTask<TaskAnswer[]>(Task.FromException<TaskAnswer[]>(new StorageUnavailableException("The disk is full."))),
            nameof(ITaskStorage.FindManyAsync) when _faults.AreHappening => new ValueTask<TaskSnapshot?[]>(Task.FromException<TaskSnapshot?[]>(new StorageUnavailableException("The disk is full."))),
            nameof(ITaskStorage.WatchManyAsync) when _faults.AreHappening => new ValueTask<WatchedTask[]>(Task.FromException<WatchedTask[]>(new StorageUnavailableException("The disk is full."))),
            _ => targetMethod.Invoke(_inner, args),
        };
    }
}
