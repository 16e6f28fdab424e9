using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Engine;

/// <summary>A storage on a manual clock, without HTTP.</summary>
internal sealed class EngineFixture : IDisposable
{
    public EngineFixture(Action<TaskOptions>? configure = null, ITaskObserver? observer = null)
    {
        var options = new TaskOptions();
        configure?.Invoke(options);
        Storage = new MemoryTaskStorage(Options.Create(options), Clock, NullLogger<MemoryTaskStorage>.Instance, observer: observer);
    }

    public ManualTimeProvider Clock { get; } = new();

    public MemoryTaskStorage Storage { get; }

    public async Task<TaskSnapshot> Create(double delaySeconds, string message = "hello", string? group = null, string? name = null, double? timeoutSeconds = null, string owner = "")
    {
        var task = new TaskSpec { Message = message, Schedule = new TaskSchedule(delaySeconds), Group = group, Name = name, TimeoutSeconds = timeoutSeconds };
        var answer = await Storage.CreateAsync(owner, task, watch: false, CancellationToken.None);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        return answer.Task!;
    }

    public async Task<TaskSnapshot?> Find(Guid id, string owner = "") => (await Storage.FindAsync(owner, id, CancellationToken.None)).Task;

    public async Task<TaskAnswer> Cancel(Guid id, string owner = "") =>
        await Storage.CancelAsync(owner, id, new TaskError(TaskError.Cancelled, Detail: null), condition: null, force: false, CancellationToken.None);

    public async Task<IReadOnlyList<TaskSnapshot>> ListAll(TaskState? state = null, string? group = null, string? name = null, int limit = 7, string owner = "")
    {
        var all = new List<TaskSnapshot>();
        Guid? after = null;
        do
        {
            var page = await Storage.ListAsync(owner, new TaskQuery(state, group, name, after, limit), CancellationToken.None);
            Assert.True(page.Tasks.Count <= limit);
            all.AddRange(page.Tasks);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    public void Dispose() => Storage.Dispose();
}
