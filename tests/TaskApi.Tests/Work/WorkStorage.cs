using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>The storage in memory, for tests that ask it through its ports. Other storages have theirs in the projects that are for them.</summary>
internal sealed class WorkStorage(TaskOptions options, WorkOptions work, ManualTimeProvider clock) : IDisposable
{
    private readonly MemoryTaskStorage _memory = new(Options.Create(options), clock, NullLogger<MemoryTaskStorage>.Instance, workOptions: Options.Create(work), callbackBody: new CallbackBody());

    /// <summary>How many histories are tried; each has a storage of its own, and its steps take their time.</summary>
    public const int Histories = 400;

    public ITaskStorage Ports => _memory;

    public void AssertNothingIsLeft() => Assert.Equal(0, _memory.TaskBytes);

    /// <summary>How many queues and types are kept because somebody may need them.</summary>
    public int WaitedFor => _memory.WaitedFor;

    public void Dispose() => _memory.Dispose();
}
